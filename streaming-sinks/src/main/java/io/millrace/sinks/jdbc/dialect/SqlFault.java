package io.millrace.sinks.jdbc.dialect;

/** What a fault of the database means for the work that met it. */
public enum SqlFault {
    /** The connection is gone: retry on another. */
    CONNECTION(Integer.MAX_VALUE),
    /** The transaction lost against others: retry. */
    TRANSACTION(Integer.MAX_VALUE),
    /** The same, in a circle of transactions that waited for each other. */
    DEADLOCK(Integer.MAX_VALUE),
    /** The server has no room just now: retry later. */
    OVERLOADED(Integer.MAX_VALUE),
    /** The server takes no writes: another may have taken its place, or it is about to. */
    READ_ONLY(10),
    /** The connection remembers a statement that no longer holds: retry once, on another. */
    STALE(1),
    /** A statement was ended, by its time-out or by a person. */
    CANCELLED(0),
    /** A row that the table refuses. */
    ROW(0),
    /** A row that the table refuses if others of its flush go in, and a fault of the table if none does. */
    UNSURE(0),
    /** Trying again would meet the same fault. */
    PERMANENT(0);

    private final int retries;

    SqlFault(int retries) {
        this.retries = retries;
    }

    /** Whether a single row can be the cause, so that others may go in without it. */
    public boolean mayBeARow() {
        return this == ROW || this == UNSURE || this == STALE;
    }

    /** Whether a retry may help. */
    public boolean isTransient() {
        return retries > 0;
    }

    /** Whether one more retry may help after so many. */
    public boolean mayRetry(int retried) {
        return retried < retries;
    }
}
