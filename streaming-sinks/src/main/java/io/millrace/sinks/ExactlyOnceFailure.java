package io.millrace.sinks;

import java.io.Serial;
import java.sql.SQLException;
import java.util.Optional;

/** A task of a batch has failed. Without a cause: the driver needs to know what the fault means, and no row's values. */
final class ExactlyOnceFailure extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final SqlFault fault;

    private ExactlyOnceFailure(String message, SqlFault fault) {
        super(message);
        this.fault = fault;
    }

    /** Of work that began at a reading of {@link System#nanoTime}. */
    static ExactlyOnceFailure of(String what, SQLException cause, Database database, long began) {
        SqlFaults faults = database.dialect().faults();
        SqlFault fault = faults.of(cause);
        return new ExactlyOnceFailure(
                what + " failed: " + faults.describe(cause) + "."
                        + faults.wayOut(cause).map(way -> " " + way).orElse("")
                        + (fault == SqlFault.CANCELLED
                                ? Retries.tooLong(database, began, Retries.SMALLER_BATCHES)
                                : ""),
                fault);
    }

    static ExactlyOnceFailure startOver(String what, String reason) {
        return new ExactlyOnceFailure(what + " starts over: " + reason + ".", SqlFault.TRANSACTION);
    }

    /** The fault that a failed Spark job carries. */
    static Optional<ExactlyOnceFailure> in(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ExactlyOnceFailure fault) {
                return Optional.of(fault);
            }
        }
        return Optional.empty();
    }

    SqlFault fault() {
        return fault;
    }
}
