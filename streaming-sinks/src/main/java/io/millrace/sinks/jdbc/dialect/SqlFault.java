package io.millrace.sinks.jdbc.dialect;

/** The kind of a database error, which decides how to react to it. */
public enum SqlFault {
    /** The connection is broken: retry on another. */
    CONNECTION(Integer.MAX_VALUE),
    /** The transaction conflicted with others: retry. */
    TRANSACTION(Integer.MAX_VALUE),
    /** The transaction was the victim of a deadlock: retry. */
    DEADLOCK(Integer.MAX_VALUE),
    /** The server is temporarily out of resources: retry later. */
    OVERLOADED(Integer.MAX_VALUE),
    /** The server is read-only: another server may have replaced it, or will soon. */
    READ_ONLY(10),
    /** The connection holds a prepared statement that has become invalid: retry once, on another. */
    STALE(1),
    /** A statement was cancelled, by its time-out or by a person. */
    CANCELLED(0),
    /** The table refuses a row. */
    ROW(0),
    /** The table refuses a row if it accepts others of the flush; if it accepts none, the error is about the table. */
    UNSURE(0),
    /** A retry would meet the same error. */
    PERMANENT(0);

    private final int retries;

    SqlFault(int retries) {
        this.retries = retries;
    }

    /** Whether a single row can be the cause, so that the table may accept the others. */
    public boolean mayBeARow() {
        return this == ROW || this == UNSURE || this == STALE;
    }

    /** Whether a retry may help. */
    public boolean isTransient() {
        return retries > 0;
    }

    /** Whether another retry may help after this number of retries. */
    public boolean mayRetry(int retried) {
        return retried < retries;
    }
}
