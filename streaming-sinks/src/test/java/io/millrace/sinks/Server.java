package io.millrace.sinks;

import static org.assertj.core.api.Assertions.assertThat;

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

    /** Waits until a query finds something; the test's own time-out ends what never comes. */
    static void awaitSome(String query) {
        await(query, true);
    }

    /** Waits until a query finds nothing. */
    static void awaitNone(String query) {
        await(query, false);
    }

    /** No connection is out of the pool, and none has left a transaction open. */
    static void assertNothingIsLeftOpen(Database database) {
        assertThat(Pools.of(database).getHikariPoolMXBean().getActiveConnections())
                .isZero();
        assertThat(rows("SELECT state FROM pg_stat_activity WHERE application_name = 'millrace'"
                        + " AND state LIKE 'idle in transaction%'"))
                .isEmpty();
    }

    private static void await(String query, boolean some) {
        try (Connection connection = TestPostgres.shared().connect();
                Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet found = statement.executeQuery(query)) {
                    if (found.next() == some) {
                        return;
                    }
                }
                statement.execute("SELECT pg_sleep(0.005)");
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
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
