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

    /** Of work that began at a reading of {@link System#nanoTime}. */
    static BatchFault of(String what, SQLException cause, Database database, long began) {
        SqlFaults faults = database.dialect().faults();
        SqlFault fault = faults.of(cause);
        return new BatchFault(
                what + " failed: " + faults.told(cause) + "."
                        + faults.wayOut(cause).map(way -> " " + way).orElse("")
                        + (fault == SqlFault.CANCELLED
                                ? Retries.tooLong(database, began, Retries.SMALLER_BATCHES)
                                : ""),
                fault);
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
