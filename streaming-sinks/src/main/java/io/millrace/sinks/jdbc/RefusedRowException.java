package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.SqlFault;
import java.io.Serial;

/**
 * Thrown if the table refuses a row, or seems to. It has no cause, since the server's error text may hold the row's
 * values.
 */
final class RefusedRowException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final SqlFault fault;

    RefusedRowException(String message) {
        this(message, SqlFault.ROW);
    }

    RefusedRowException(String message, SqlFault fault) {
        super(message);
        this.fault = fault;
    }

    /** Whether the error is certainly about a row, and not possibly about the table. */
    boolean isSure() {
        return fault == SqlFault.ROW;
    }
}
