package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.SqlFault;
import java.io.Serial;

/** The table refuses a row, or so it seems. Without a cause: the server's text of such a fault may hold the row's values. */
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

    /** Whether it is a row's for sure, and not maybe the table's. */
    boolean isSure() {
        return fault == SqlFault.ROW;
    }
}
