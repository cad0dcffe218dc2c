package io.millrace.testkit;

import java.util.function.Consumer;

/** Runs micro-batches of one query on one checkpoint, when told to and only then. */
interface QueryDriver {
    /**
     * Starts the query where it does not run, and runs what is due.
     *
     * @param drain whether batches without data run as well, until none is due
     * @throws Exception what the query died of
     */
    void advance(boolean drain, Consumer<BatchRecord> ran) throws Exception;

    /** Ends the run of the query; {@link #advance} starts another on the same checkpoint. */
    void stop();

    /** Moves the clock of the query. */
    void clock(long millis);
}
