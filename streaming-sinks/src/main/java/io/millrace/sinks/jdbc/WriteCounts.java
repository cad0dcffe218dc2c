package io.millrace.sinks.jdbc;

import java.io.Serializable;

/**
 * Counts the work of a task or a batch.
 *
 * @param milliseconds the time spent in flushes, summed over parallel tasks
 */
record WriteCounts(long rows, long flushes, long milliseconds, long retries, long deadlocks, long deadLetters)
        implements Serializable {
    static final WriteCounts NONE = new WriteCounts(0, 0, 0, 0, 0, 0);

    static WriteCounts written(long rows, long flushes, long milliseconds) {
        return new WriteCounts(rows, flushes, milliseconds, 0, 0, 0);
    }

    /** @param deadlocks the number of retries after a deadlock */
    static WriteCounts retried(long retries, long deadlocks) {
        return new WriteCounts(0, 0, 0, retries, deadlocks, 0);
    }

    static WriteCounts refused(long deadLetters) {
        return new WriteCounts(0, 0, 0, 0, 0, deadLetters);
    }

    WriteCounts plus(WriteCounts more) {
        return new WriteCounts(
                rows + more.rows,
                flushes + more.flushes,
                milliseconds + more.milliseconds,
                retries + more.retries,
                deadlocks + more.deadlocks,
                deadLetters + more.deadLetters);
    }

    @Override
    public String toString() {
        return rows + " rows in " + flushes + " flushes and " + milliseconds + " ms, " + retries + " retries, "
                + deadlocks + " deadlocks, " + deadLetters + " dead letters";
    }
}
