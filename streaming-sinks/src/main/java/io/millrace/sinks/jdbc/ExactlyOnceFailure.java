package io.millrace.sinks.jdbc;

import io.millrace.core.internal.ClassifiedFailure;
import io.millrace.core.internal.FailureKind;
import io.millrace.sinks.jdbc.dialect.SqlFault;
import io.millrace.sinks.jdbc.dialect.SqlFaults;
import java.io.Serial;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The failure of a task of a batch. It has no cause, since the driver needs the kind of fault and not the values of
 * rows.
 */
final class ExactlyOnceFailure extends IllegalStateException implements ClassifiedFailure {
    @Serial
    private static final long serialVersionUID = 1L;

    private final SqlFault fault;
    private final FailureKind kind;
    private final boolean inParts;

    private ExactlyOnceFailure(String message, SqlFault fault, FailureKind kind, boolean inParts) {
        super(message);
        this.fault = fault;
        this.kind = kind;
        this.inParts = inParts;
    }

    /**
     * @param began the value of {@link System#nanoTime} when the work began
     * @param inParts whether the batch was written in parts
     */
    static ExactlyOnceFailure of(String what, SQLException cause, Database database, long began, boolean inParts) {
        SqlFaults faults = database.dialect().faults();
        SqlFault fault = faults.of(cause);
        return new ExactlyOnceFailure(
                what + " failed: " + faults.describe(cause) + "."
                        + faults.hint(cause).map(hint -> " " + hint).orElse("")
                        + (fault == SqlFault.CANCELLED
                                ? Retries.tooLong(database, began, Retries.SMALLER_BATCHES)
                                : ""),
                fault,
                faults.kind(cause),
                inParts);
    }

    static ExactlyOnceFailure startOver(String what, String reason) {
        return new ExactlyOnceFailure(
                what + " starts over: " + reason + ".", SqlFault.TRANSACTION, FailureKind.CONFLICT, false);
    }

    /** Finds the failure of a task among the causes of a failed Spark job. */
    static Optional<ExactlyOnceFailure> in(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ExactlyOnceFailure failure) {
                return Optional.of(failure);
            }
        }
        return Optional.empty();
    }

    @Override
    public FailureKind kind() {
        return kind;
    }

    SqlFault fault() {
        return fault;
    }

    boolean isInParts() {
        return inParts;
    }
}
