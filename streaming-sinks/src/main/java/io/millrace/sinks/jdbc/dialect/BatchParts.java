package io.millrace.sinks.jdbc.dialect;

import java.sql.Connection;
import java.util.Optional;

/**
 * How the single task of a batch may write it in parts: while the server merges one, the rows of the next are sent on a
 * second connection.
 *
 * @param what names the batch in messages
 * @param rows the number of rows of the first part
 * @param prefix the beginning of the names of staging tables; no other query has it, and no other attempt at the batch
 *     uses it at the same time
 */
public record BatchParts(String what, int rows, String prefix, SecondConnection second) {
    /** Borrows a connection that does not belong to the transaction of the batch. */
    @FunctionalInterface
    public interface SecondConnection {
        /** Returns nothing if none is free, or if the batch must be written in one part. */
        Optional<Connection> borrow();
    }
}
