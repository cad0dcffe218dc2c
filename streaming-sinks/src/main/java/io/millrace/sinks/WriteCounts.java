package io.millrace.sinks;

import java.io.Serializable;

/**
 * What a task or a batch has done.
 *
 * @param milliseconds spent in flushes, those of parallel tasks added up
 */
record WriteCounts(long rows, long flushes, long milliseconds, long retries, long deadlocks, long deadLetters)
        implements Serializable {
    static final WriteCounts NONE = new WriteCounts(0, 0, 0, 0, 0, 0);

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
