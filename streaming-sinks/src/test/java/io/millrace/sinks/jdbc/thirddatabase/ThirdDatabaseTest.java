package io.millrace.sinks.jdbc.thirddatabase;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Secret;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.SinkContract;
import io.millrace.testkit.TargetLimit;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.junit.jupiter.api.Test;

/** A database is added by a package of its own and a service: no other package names it. */
class ThirdDatabaseTest extends SinkContract {
    @Test
    void theUrlChoosesTheDialectOfTheService() {
        assertThat(database().toString()).isEqualTo("third.example:7/shop");
    }

    private static Database database() {
        return Database.at("jdbc:third://third.example:7/shop");
    }

    @Override
    protected Promise promise() {
        return Promise.UPSERT;
    }

    @Override
    protected DataStreamWriter<Row> write(Dataset<Row> rows) {
        TestPostgres server = TestPostgres.shared();
        Database third = Database.at(server.jdbcUrl().replace("jdbc:postgresql:", ThirdDriver.PREFIX))
                .user(server.user())
                .password(Secret.from(() -> TestPostgres.shared().password()));
        return Sinks.jdbc(third).table("third").upsertOn("id").write(rows);
    }

    @Override
    protected List<Row> target() {
        List<Row> rows = new ArrayList<>();
        try (Connection connection = TestPostgres.shared().connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT id, version, name, amount, seen FROM third")) {
            while (found.next()) {
                rows.add(RowFactory.create(
                        found.getLong(1),
                        found.getLong(2),
                        found.getString(3),
                        found.getObject(4, Double.class),
                        found.getTimestamp(5)));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return rows;
    }

    @Override
    protected void reset() {
        execute(
                "DROP TABLE IF EXISTS third, away, millrace_fence",
                "CREATE TABLE third (id bigint PRIMARY KEY, version bigint, name text, amount double precision,"
                        + " seen timestamptz)");
    }

    @Override
    protected Set<TargetLimit> limits() {
        return EnumSet.of(TargetLimit.NUL_CHARACTER);
    }

    @Override
    protected AutoCloseable outage() {
        execute("ALTER TABLE third RENAME TO away");
        return () -> execute("ALTER TABLE away RENAME TO third");
    }

    private static void execute(String... statements) {
        try {
            TestPostgres.shared().execute(statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
