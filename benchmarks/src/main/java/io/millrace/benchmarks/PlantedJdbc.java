package io.millrace.benchmarks;

import static io.millrace.benchmarks.PlantedServer.CONFLICT;
import static io.millrace.benchmarks.PlantedServer.INSERT;
import static io.millrace.benchmarks.PlantedServer.UPSERT;
import static io.millrace.benchmarks.PlantedServer.connect;
import static io.millrace.benchmarks.PlantedServer.executeAll;

import io.millrace.core.Secret;
import io.millrace.core.Sink;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.JdbcTarget;
import io.millrace.testkit.SinkContract;
import io.millrace.testkit.SinkContract.Promise;
import io.millrace.testkit.TargetFaults;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Sinks into PostgreSQL, each with one fault that users' code has, and two of Millrace. */
final class PlantedJdbc {
    private static final int CHUNK = 1_000;
    private static final int AMOUNT = 3;

    private static @Nullable Connection cached;

    private final TargetFaults faults;

    PlantedJdbc(TargetFaults faults) {
        this.faults = faults;
    }

    List<PlantedSink> all() {
        return List.of(
                append("Spark's own writer, which only appends", this::sparkWriter),
                append("each row has its own commit, and the ledger too", this::commitEachRow),
                append("the ledger is committed before the rows", this::ledgerFirst),
                append("the rows are committed before the ledger", this::ledgerLast),
                append("a COMMIT without a reply is tried again", this::retried),
                append("a staging table is merged and emptied in two transactions", this::staged),
                append("rows that fail are logged and left out", this::failuresLogged),
                append("a connection is kept for ever", this::keptConnection),
                upsert("the last to arrive wins, of an old driver too", PlantedSink.KEYED, CONFLICT),
                upsert(
                        "an update needs a newer time, which may be NULL",
                        PlantedSink.KEYED,
                        CONFLICT + " WHERE excluded.seen > planted.seen"),
                upsert(
                        "texts are cut at 255 characters",
                        PlantedSink.KEYED.replace("name text", "name varchar(255)"),
                        UPSERT.replace("(?, ?, ?,", "(?, ?, CAST(? AS varchar(255)),")),
                changing("a double passes through a float", amount -> (double) (float) amount),
                upsert("microseconds are cut off", PlantedSink.KEYED.replace("timestamptz", "timestamptz(3)"), UPSERT),
                millrace("upsert of Millrace", Promise.UPSERT, PlantedSink.KEYED, table -> table.upsertOn("id")),
                millrace(
                        "exactly-once append of Millrace",
                        Promise.APPEND_EXACTLY_ONCE,
                        PlantedSink.TABLE,
                        JdbcTarget::appendExactlyOnce));
    }

    private static PlantedSink append(String fault, PlantedSink.Batch batch) {
        return PlantedSink.of(fault, Promise.APPEND_EXACTLY_ONCE, PlantedSink.TABLE, batch);
    }

    private PlantedSink upsert(String fault, String table, String insert) {
        return upsert(fault, table, insert, UnaryOperator.identity());
    }

    private PlantedSink changing(String fault, DoubleUnaryOperator change) {
        return upsert(
                fault,
                PlantedSink.KEYED,
                UPSERT,
                row -> row.isNullAt(AMOUNT)
                        ? row
                        : PlantedSink.with(row, AMOUNT, change.applyAsDouble(row.getDouble(AMOUNT))));
    }

    private PlantedSink upsert(String fault, String table, String insert, UnaryOperator<Row> change) {
        return PlantedSink.of(fault, Promise.UPSERT, table, (rows, id) -> {
            try (Connection connection = connect(faults)) {
                connection.setAutoCommit(false);
                executeAll(
                        connection,
                        insert,
                        rows.collectAsList().stream().map(change).toList());
                connection.commit();
            }
        });
    }

    private PlantedSink millrace(String name, Promise promise, String table, Function<JdbcTarget, Sink> verb) {
        return new PlantedSink(
                PlantedSink.SOUND + name,
                promise,
                SinkContract.COLUMNS,
                List.of("id"),
                table,
                rows -> verb.apply(Sinks.jdbc(database()).table("planted")).write(rows));
    }

    private Database database() {
        return Database.at(PlantedServer.url(faults))
                .user(TestPostgres.shared().user())
                .password(Secret.from(() -> TestPostgres.shared().password()));
    }

    private void sparkWriter(Dataset<Row> rows, long id) {
        rows.write().mode("append").jdbc(PlantedServer.url(faults), "planted", PlantedServer.login());
    }

    private void commitEachRow(Dataset<Row> rows, long id) throws SQLException {
        try (Connection connection = connect(faults)) {
            if (isNew(connection, id)) {
                for (Row row : rows.collectAsList()) {
                    executeAll(connection, INSERT, List.of(row));
                }
                addToLedger(connection, id);
            }
        }
    }

    private void ledgerFirst(Dataset<Row> rows, long id) throws SQLException {
        try (Connection connection = connect(faults)) {
            connection.setAutoCommit(false);
            if (isNew(connection, id)) {
                addToLedger(connection, id);
                connection.commit();
                executeAll(connection, INSERT, rows.collectAsList());
                connection.commit();
            }
        }
    }

    private void ledgerLast(Dataset<Row> rows, long id) throws SQLException {
        try (Connection connection = connect(faults)) {
            connection.setAutoCommit(false);
            if (isNew(connection, id)) {
                executeAll(connection, INSERT, rows.collectAsList());
                connection.commit();
                addToLedger(connection, id);
                connection.commit();
            }
        }
    }

    /** The ledger is asked once, before the first try. */
    private void retried(Dataset<Row> rows, long id) throws SQLException {
        List<Row> all = rows.collectAsList();
        try (Connection connection = connect(faults)) {
            if (!isNew(connection, id)) {
                return;
            }
        }
        try {
            writeOnce(all, id, INSERT);
        } catch (SQLException e) {
            writeOnce(all, id, INSERT);
        }
    }

    private void writeOnce(List<Row> rows, long id, String insert) throws SQLException {
        try (Connection connection = connect(faults)) {
            connection.setAutoCommit(false);
            executeAll(connection, insert, rows);
            try (Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO planted_ledger VALUES (" + id + ") ON CONFLICT DO NOTHING");
            }
            connection.commit();
        }
    }

    private void staged(Dataset<Row> rows, long id) throws SQLException {
        Stage stage = new Stage(PlantedServer.url(faults), PlantedServer.login());
        rows.foreachPartition(stage);
        try (Connection connection = connect(faults);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            if (isNew(connection, id)) {
                statement.execute("INSERT INTO planted SELECT * FROM planted_stage");
                addToLedger(connection, id);
                connection.commit();
            }
            statement.execute("TRUNCATE planted_stage");
            connection.commit();
        }
    }

    private void failuresLogged(Dataset<Row> rows, long id) throws SQLException {
        try (Connection connection = connect(faults)) {
            if (!isNew(connection, id)) {
                return;
            }
            connection.setAutoCommit(false);
            List<Row> all = rows.collectAsList();
            for (int start = 0; start < all.size(); start += CHUNK) {
                List<Row> chunk = all.subList(start, Math.min(all.size(), start + CHUNK));
                var before = connection.setSavepoint();
                try {
                    executeAll(connection, INSERT, chunk);
                } catch (SQLException e) {
                    connection.rollback(before);
                    System.getLogger("sink").log(System.Logger.Level.DEBUG, chunk.size() + " rows left out", e);
                }
            }
            addToLedger(connection, id);
            connection.commit();
        }
    }

    private void keptConnection(Dataset<Row> rows, long id) throws SQLException {
        Connection connection = kept();
        if (isNew(connection, id)) {
            executeAll(connection, INSERT, rows.collectAsList());
            addToLedger(connection, id);
        }
        connection.commit();
    }

    private synchronized Connection kept() throws SQLException {
        Connection connection = cached;
        if (connection == null) {
            connection = connect(faults);
            connection.setAutoCommit(false);
            cached = connection;
        }
        return connection;
    }

    private static boolean isNew(Connection connection, long batch) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT 1 FROM planted_ledger WHERE batch >= " + batch + " LIMIT 1")) {
            return !found.next();
        }
    }

    private static void addToLedger(Connection connection, long batch) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO planted_ledger VALUES (" + batch + ")");
        }
    }

    /** Writes a partition into the staging table. */
    private record Stage(String url, Properties login) implements ForeachPartitionFunction<Row> {
        @Override
        public void call(Iterator<Row> rows) throws SQLException {
            List<Row> all = new ArrayList<>();
            rows.forEachRemaining(all::add);
            try (Connection connection = DriverManager.getConnection(url, login)) {
                executeAll(connection, INSERT.replace("INTO planted", "INTO planted_stage"), all);
            }
        }
    }
}
