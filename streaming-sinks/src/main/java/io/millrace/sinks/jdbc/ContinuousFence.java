package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The fence of one run of a continuous query. Its partitions begin their epochs independently, and after a restart they
 * begin at an epoch that some of them had already left. But each partition has a single task until the run ends, in
 * failure or not. So runs are fenced, not epochs: the first task of a run numbers it, in a row of the run's own, and
 * writes that number into the row of the query. From then on tasks of earlier runs are refused, whatever their
 * partition.
 *
 * @param run the id that Spark gives the tasks of the run. It is new after each start, and when the query continues
 *     with more partitions
 * @param start the first epoch of the run
 */
record ContinuousFence(Fence fence, String queryId, String run, long start) {
    /** Numbers of runs are greater than any epoch. */
    private static final long RUNS = 1L << 62;

    /** The low bits of a number, which count the runs that begin at the same epoch. */
    private static final int COUNT_BITS = 20;

    /** Returns the number of the run, and gives it one if no task has yet. Repeatable. */
    long enter(Connection connection) throws SQLException {
        OptionalLong known = fence.epoch(connection, rowOfRun(), "");
        if (known.isPresent()) {
            return known.getAsLong();
        }
        long last = lock(connection);
        OptionalLong sibling = fence.epoch(connection, rowOfRun(), "");
        return sibling.isPresent() ? sibling.getAsLong() : begin(connection, last);
    }

    /** Refuses tasks of an earlier run; otherwise no later run can begin before the transaction ends. */
    void hold(Connection connection, long number) throws SQLException {
        OptionalLong current = fence.epoch(connection, queryId, fence.dialect().shareLock());
        if (current.isEmpty() || current.getAsLong() != number) {
            throw refusal(current);
        }
    }

    private long begin(Connection connection, long last) throws SQLException {
        if (isRun(last) && startOf(last) > start) {
            throw refusal(OptionalLong.of(last));
        }
        long number = Math.max(last + 1, first(start));
        update(connection, queryId, queryId, number);
        Optional<String> reusable = reusable(connection);
        if (reusable.isPresent()) {
            update(connection, reusable.get(), rowOfRun(), number);
        } else {
            fence.insert(connection, rowOfRun(), number);
        }
        return number;
    }

    private void update(Connection connection, String row, String newRow, long number) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE " + table() + " SET query_id = ?, epoch = ? WHERE query_id = ? AND target = ?")) {
            update.setString(1, newRow);
            update.setLong(2, number);
            update.setString(3, row);
            update.setString(4, fence.target());
            update.executeUpdate();
        }
    }

    /** Finds the row of a run whose late tasks are refused without it, since it began at an earlier epoch. */
    private Optional<String> reusable(Connection connection) throws SQLException {
        return Sql.rows(
                        connection,
                        "SELECT query_id FROM " + table() + " WHERE query_id LIKE ? AND target = ? AND epoch < ?",
                        found -> found.getString(1),
                        queryId + "/%",
                        fence.target(),
                        first(start))
                .stream()
                .findFirst();
    }

    /** Locks the row of the query, inserts it if it is missing, and returns its epoch. */
    private long lock(Connection connection) throws SQLException {
        String lock = " FOR UPDATE";
        OptionalLong last = fence.epoch(connection, queryId, lock);
        if (last.isPresent()) {
            return last.getAsLong();
        }
        fence.insert(connection, queryId, -1);
        return fence.epoch(connection, queryId, lock).orElseThrow();
    }

    private String rowOfRun() {
        return queryId + "/" + run;
    }

    private String table() {
        return fence.dialect().quoted(fence.fences());
    }

    private SinkFailure refusal(OptionalLong current) {
        return fence.refusal("The run from epoch " + start, queryId, current);
    }

    /** Whether a micro-batch may begin after what is in the row of its query. */
    static boolean mayFollow(long batch, long current) {
        return isRun(current) ? startOf(current) <= batch : current < batch;
    }

    /** Names what is in the row of a query. */
    static String describe(long current) {
        return isRun(current) ? "a later run, from epoch " + startOf(current) + "," : "epoch " + current;
    }

    private static boolean isRun(long epoch) {
        return epoch >= RUNS;
    }

    private static long startOf(long number) {
        return (number - RUNS) >> COUNT_BITS;
    }

    private static long first(long start) {
        return RUNS + (start << COUNT_BITS);
    }
}
