package io.millrace.chaos;

import io.millrace.chaos.checker.BatchId;
import io.millrace.chaos.proxy.DaemonThread;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Checks the tables while they are written, each time in one snapshot (REPEATABLE READ): no partial batch, no offset
 * that goes back or is missing, and totals that match the audit.
 */
final class Observer implements AutoCloseable {
    private static final long PAUSE_MILLIS = 25;
    private static final String RECENT = "SELECT query, batch, count(*) FROM %1$s"
            + " WHERE batch >= (SELECT max(batch) - 2 FROM %1$s) GROUP BY query, batch";
    private static final String ENDS = "SELECT (SELECT sum(e) FROM (SELECT (SELECT max(\"offset\") + 1 FROM audit WHERE"
            + " partition = p) AS e FROM generate_series(0, " + (Feed.PARTITIONS - 1) + ") AS p) AS ends),"
            + " (SELECT sum(events) FROM totals)";

    private final Environment environment;
    private final String schema;
    private final String table;
    private final Thread thread;
    private final Map<BatchId, Long> seen = new HashMap<>();
    private final Map<Integer, Long> offsets = new HashMap<>();
    private final List<String> findings = new CopyOnWriteArrayList<>();
    private final AtomicLong snapshots = new AtomicLong();
    private @Nullable Connection connection;
    private long events;
    private volatile boolean ending;

    /**
     * Starts an observer.
     *
     * @param table the table that the subject writes
     */
    Observer(Environment environment, String schema, String table) {
        this.environment = environment;
        this.schema = schema;
        this.table = table;
        this.thread = DaemonThread.start("chaos-observer", this::watch);
    }

    List<String> findings() {
        return List.copyOf(findings);
    }

    long snapshots() {
        return snapshots.get();
    }

    @Override
    public void close() {
        ending = true;
        Deadline deadline = Deadline.in(60);
        while (thread.isAlive()) {
            deadline.check("the observer to end");
            Deadline.pause();
        }
    }

    private void watch() {
        while (!ending) {
            try {
                check(connected());
                snapshots.incrementAndGet();
            } catch (SQLException serverIsDown) {
                connection = null;
            }
            Deadline.pause(PAUSE_MILLIS);
        }
        disconnect();
    }

    private Connection connected() throws SQLException {
        Connection known = connection;
        if (known == null) {
            known = environment.connect(schema);
            known.setAutoCommit(false);
            known.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection = known;
        }
        return known;
    }

    private void check(Connection known) throws SQLException {
        switch (table) {
            case Tables.AUDIT -> {
                batches(known, Tables.AUDIT);
                totals(known);
            }
            case Tables.SETTLED -> {
                batches(known, Tables.HISTORY);
                keys(known);
            }
            default -> keys(known);
        }
        known.commit();
    }

    private void keys(Connection known) throws SQLException {
        List<String> back = new ArrayList<>();
        try (Statement statement = known.createStatement();
                ResultSet row = statement.executeQuery("SELECT key, \"offset\" FROM " + table)) {
            while (row.next()) {
                int key = row.getInt(1);
                long offset = row.getLong(2);
                Long before = offsets.put(key, offset);
                if (before != null && before > offset) {
                    back.add("observer: key " + key + " went back from offset " + before + " to " + offset);
                }
            }
        }
        if (!back.isEmpty()) {
            String epoch = table.equals(Tables.LATEST) ? epoch(known) : "";
            back.forEach(finding -> findings.add(finding + epoch));
        }
    }

    /** Describes the current epoch, which shows whether a key went back in a rerun or because of an old writer. */
    private static String epoch(Connection known) {
        try (Statement statement = known.createStatement();
                ResultSet row = statement.executeQuery("SELECT max(epoch) FROM millrace_fence")) {
            row.next();
            return ", seen in epoch " + row.getLong(1);
        } catch (SQLException e) {
            return ", but the fence cannot be read: " + e.getMessage();
        }
    }

    private void batches(Connection known, String audit) throws SQLException {
        try (Statement statement = known.createStatement();
                ResultSet row = statement.executeQuery(RECENT.formatted(audit))) {
            while (row.next()) {
                batch(new BatchId(row.getString(1), row.getLong(2)), row.getLong(3));
            }
        }
    }

    private void totals(Connection known) throws SQLException {
        try (Statement statement = known.createStatement();
                ResultSet row = statement.executeQuery(ENDS)) {
            row.next();
            ends(row.getLong(1), row.getLong(2));
        }
    }

    private void batch(BatchId batch, long rows) {
        Long before = seen.putIfAbsent(batch, rows);
        if (before != null && before != rows) {
            findings.add("observer: " + batch + " had " + before + " rows, then " + rows);
        }
    }

    private void ends(long found, long totals) {
        if (found < events) {
            findings.add("observer: offsets went back from " + events + " to " + found + " in total");
        }
        if (found != totals) {
            findings.add("observer: the audit ends after " + found + " events, but the totals have " + totals);
        }
        events = found;
    }

    private void disconnect() {
        Connection known = connection;
        connection = null;
        try {
            if (known != null) {
                known.close();
            }
        } catch (SQLException e) {
            findings.add("observer: cannot close its connection: " + e.getMessage());
        }
    }
}
