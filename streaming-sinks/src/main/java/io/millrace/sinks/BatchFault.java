package io.millrace.sinks;

import java.io.Serial;
import java.sql.SQLException;
import java.util.Optional;

/** A task of a batch has failed. Without a cause: the driver needs to know what the fault means, and no row's values. */
final class BatchFault extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final SqlFault fault;

    private BatchFault(String message, SqlFault fault) {
        super(message);
        this.fault = fault;
    }

    static BatchFault of(String what, SQLException cause) {
        return new BatchFault(what + " failed: " + SqlFault.told(cause) + ".", SqlFault.of(cause));
    }

    /** The fault that a failed Spark job carries. */
    static Optional<BatchFault> in(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof BatchFault fault) {
                return Optional.of(fault);
            }
        }
        return Optional.empty();
    }

    SqlFault fault() {
        return fault;
    }
}
