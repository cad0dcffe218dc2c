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

    static BatchFault of(String what, SQLException cause, SqlFaults faults) {
        return new BatchFault(what + " failed: " + faults.told(cause) + ".", faults.of(cause));
    }

    static BatchFault startOver(String what, String reason) {
        return new BatchFault(what + " starts over: " + reason + ".", SqlFault.TRANSACTION);
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
