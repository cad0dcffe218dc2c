package io.millrace.benchmarks;

import io.millrace.testkit.TargetFaults;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** The PostgreSQL of planted sinks, which they reach through a proxy. */
final class PlantedServer {
    static final String INSERT = "INSERT INTO planted (id, version, name, amount, seen) VALUES (?, ?, ?, ?, ?)";
    static final String CONFLICT = INSERT + " ON CONFLICT (id) DO UPDATE SET (version, name, amount, seen) ="
            + " (excluded.version, excluded.name, excluded.amount, excluded.seen)";
    static final String UPSERT = CONFLICT + " WHERE excluded.version >= planted.version";

    private static final Pattern PORT = Pattern.compile(":(\\d+)/");

    private PlantedServer() {}

    static TestPostgres direct() {
        return TestPostgres.shared();
    }

    /** The URL through the proxy of {@code faults}. */
    static String url(TargetFaults faults) {
        String url = direct().jdbcUrl();
        return PORT.matcher(url).replaceFirst(found -> ":" + faults.through(Integer.parseInt(found.group(1))) + "/");
    }

    static Properties login() {
        Properties login = new Properties();
        login.setProperty("user", direct().user());
        login.setProperty("password", direct().password());
        return login;
    }

    static Connection connect(TargetFaults faults) throws SQLException {
        return DriverManager.getConnection(url(faults), login());
    }

    /** Sets the parameters of {@link #INSERT}. */
    static PreparedStatement bound(PreparedStatement insert, Row row) throws SQLException {
        insert.setObject(1, row.get(0), Types.BIGINT);
        insert.setObject(2, row.get(1), Types.BIGINT);
        insert.setString(3, row.getString(2));
        insert.setObject(4, row.get(3), Types.DOUBLE);
        insert.setTimestamp(5, row.getTimestamp(4));
        return insert;
    }

    static void executeAll(Connection connection, String insert, List<Row> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (Row row : rows) {
                bound(statement, row).addBatch();
            }
            statement.executeBatch();
        }
    }

    static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        try (Connection connection = direct().connect();
                PreparedStatement select =
                        connection.prepareStatement("SELECT id, version, name, amount, seen FROM planted");
                ResultSet found = select.executeQuery()) {
            while (found.next()) {
                OffsetDateTime seen = found.getObject(5, OffsetDateTime.class);
                rows.add(RowFactory.create(
                        found.getLong(1),
                        found.getLong(2),
                        found.getString(3),
                        found.getObject(4, Double.class),
                        seen == null ? null : seen.toInstant()));
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    static void reset(String table) {
        execute(
                "DROP TABLE IF EXISTS planted, planted_ledger, planted_stage, millrace_fence, millrace_ledger",
                table,
                "CREATE TABLE planted_ledger (batch bigint PRIMARY KEY)",
                table.replace("TABLE planted", "TABLE planted_stage").replace(" PRIMARY KEY", ""));
    }

    static AutoCloseable outage() {
        execute(
                "CREATE OR REPLACE FUNCTION outage() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'io_error'; END $$",
                "CREATE TRIGGER outage BEFORE INSERT ON planted EXECUTE FUNCTION outage()");
        return () -> execute("DROP TRIGGER outage ON planted");
    }

    private static void execute(String... statements) {
        try {
            direct().execute(statements);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
