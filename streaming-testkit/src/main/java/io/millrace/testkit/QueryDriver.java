package io.millrace.testkit;

import java.util.function.Consumer;

/** Runs the micro-batches of one query on one checkpoint, one call at a time. */
interface QueryDriver {
    /**
     * Starts the query if it does not run, and runs the batches that are due.
     *
     * @param drain whether batches without data run as well, until none is due
     * @throws Exception the error that ended the query
     */
    void advance(boolean drain, Consumer<BatchRecord> ran) throws Exception;

    /** Ends the run of the query; {@link #advance} starts another on the same checkpoint. */
    void stop();

    /** Moves the clock of the query. */
    void clock(long millis);
}
