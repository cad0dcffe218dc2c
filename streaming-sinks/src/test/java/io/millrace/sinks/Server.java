package io.millrace.sinks;

import io.millrace.core.Secret;
import io.millrace.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** The PostgreSQL that all tests of this module share, asked in plain SQL. */
final class Server {
    private Server() {}

    static Database database() {
        TestPostgres postgres = TestPostgres.shared();
        return Database.at(postgres.jdbcUrl()).user(postgres.user()).password(password());
    }

    static Secret password() {
        return Secret.from(() -> TestPostgres.shared().password());
    }

    static void execute(String... statements) {
        try {
            TestPostgres.shared().execute(statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** One task of epoch 0. */
    static void write(ForeachWriter<Row> writer, Row... rows) {
        writer.open(0, 0);
        for (Row row : rows) {
            writer.process(row);
        }
        writer.close(null);
    }

    static Row row(@Nullable Object... values) {
        return RowFactory.create(values);
    }

    /** The rows of a query, each as its values joined by a bar. */
    static List<String> rows(String query) {
        try (Connection connection = TestPostgres.shared().connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            List<String> rows = new ArrayList<>();
            while (found.next()) {
                StringJoiner row = new StringJoiner("|");
                for (int column = 1; column <= found.getMetaData().getColumnCount(); column++) {
                    row.add(found.getString(column));
                }
                rows.add(row.toString());
            }
            return rows;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
