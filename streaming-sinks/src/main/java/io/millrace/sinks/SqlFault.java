package io.millrace.sinks;

/** What a fault of the database means for the work that met it. */
enum SqlFault {
    /** The connection is gone: try again on another. */
    CONNECTION,
    /** The transaction lost against others: try again. */
    TRANSACTION,
    /** The same, in a circle of transactions that waited for each other. */
    DEADLOCK,
    /** A statement was ended, by its time-out or by a person. */
    CANCELLED,
    /** The server has no room just now: try again, later. */
    CROWDED,
    /** The connection remembers a statement that no longer holds: try again on another. */
    STALE,
    /** A row that the table refuses. */
    ROW,
    /** Trying again would meet the same fault. */
    PERMANENT;

    boolean passes() {
        return this != ROW && this != PERMANENT;
    }
}
