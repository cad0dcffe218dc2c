package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Secret;
import io.millrace.testkit.servers.TestPostgres;
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

/** The PostgreSQL that all tests of this module share, or one that a test class starts, queried in plain SQL. */
public final class Server {
    private static @Nullable TestPostgres brought;

    private Server() {}

    static TestPostgres postgres() {
        return brought == null ? TestPostgres.shared() : brought;
    }

    /** Uses another server from now on, or the shared one if it is null. */
    static void use(@Nullable TestPostgres server) {
        brought = server;
    }

    public static Database database() {
        return Database.at(postgres());
    }

    static Secret password() {
        return postgres().secret();
    }

    public static void execute(String... statements) {
        try {
            postgres().execute(statements);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Executes a statement of PL/pgSQL in the first INSERT into {@code table} only. */
    static void atFirstInsert(String table, String statement) {
        execute(
                "CREATE SEQUENCE attempts", // which a rollback does not reset
                "CREATE FUNCTION first_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " IF nextval('attempts') = 1 THEN "
                        + statement + "; END IF; RETURN NULL; END $$",
                "CREATE TRIGGER first_insert BEFORE INSERT ON " + table
                        + " FOR EACH STATEMENT EXECUTE FUNCTION first_insert()");
    }

    static void forgetFirstInsert() {
        execute("DROP FUNCTION IF EXISTS first_insert CASCADE", "DROP SEQUENCE IF EXISTS attempts");
    }

    /** Writes the rows as one task of epoch 0. */
    static void write(ForeachWriter<Row> writer, Row... rows) {
        writer.open(0, 0);
        for (Row row : rows) {
            writer.process(row);
        }
        writer.close(null);
    }

    public static Row row(@Nullable Object... values) {
        return RowFactory.create(values);
    }

    /** Waits until a query finds something, or until the time-out of the test. */
    static void awaitSome(String query) {
        await(query, true);
    }

    /** Waits until a query finds nothing. */
    static void awaitNone(String query) {
        await(query, false);
    }

    /** Every connection is back in the pool without a transaction. One that has just opened may be in its first. */
    static void assertNothingIsLeftOpen(Database database) {
        assertThat(Pools.of(database).getHikariPoolMXBean().getActiveConnections())
                .isZero();
        String open =
                " FROM pg_stat_activity WHERE application_name = 'millrace' AND state LIKE 'idle in transaction%'";
        awaitNone("SELECT 1" + open + " HAVING count(*) > 0 AND max(now() - state_change) < interval '10 s'");
        assertThat(rows("SELECT query" + open)).isEmpty();
    }

    private static void await(String query, boolean some) {
        try (Connection connection = postgres().connect();
                Statement statement = connection.createStatement()) {
            while (true) {
                try (ResultSet found = statement.executeQuery(query)) {
                    if (found.next() == some) {
                        return;
                    }
                }
                assertThat(Thread.interrupted())
                        .as(query + " finds " + (some ? "nothing" : "something"))
                        .isFalse();
                statement.execute("SELECT pg_sleep(0.005)");
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The rows of a query, each as its values joined by a bar. */
    public static List<String> rows(String query) {
        try (Connection connection = postgres().connect()) {
            return rows(connection, query);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    public static List<String> rows(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
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
        }
    }
}
