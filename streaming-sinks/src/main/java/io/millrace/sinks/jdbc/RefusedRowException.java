package io.millrace.sinks.jdbc;

import io.millrace.core.internal.ClassifiedFailure;
import io.millrace.core.internal.FailureKind;
import io.millrace.sinks.jdbc.dialect.SqlFault;
import java.io.Serial;

/**
 * Thrown if the table refuses a row, or seems to. It has no cause, since the server's error text may hold the row's
 * values.
 */
final class RefusedRowException extends IllegalStateException implements ClassifiedFailure {
    @Serial
    private static final long serialVersionUID = 1L;

    private final SqlFault fault;
    private final FailureKind kind;

    RefusedRowException(String message) {
        this(message, SqlFault.ROW, FailureKind.ROW_REFUSED);
    }

    RefusedRowException(String message, SqlFault fault, FailureKind kind) {
        super(message);
        this.fault = fault;
        this.kind = kind;
    }

    @Override
    public FailureKind kind() {
        return kind;
    }

    /** The same failure, which also says for which of several tables the row is; empty if that is not known. */
    RefusedRowException of(String table) {
        return table.isEmpty()
                ? this
                : new RefusedRowException(getMessage() + " The row is one for \"" + table + "\".", fault, kind);
    }

    /** Whether the error is certainly about a row, and not possibly about the table. */
    boolean isSure() {
        return fault == SqlFault.ROW;
    }
}
