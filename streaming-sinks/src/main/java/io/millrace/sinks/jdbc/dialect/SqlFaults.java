package io.millrace.sinks.jdbc.dialect;

import io.millrace.core.internal.FailureKind;
import io.millrace.core.internal.SqlStates;
import java.sql.SQLException;
import java.util.Optional;

/** Classifies the errors of a database, and describes them without values of rows. */
public interface SqlFaults {
    SqlFault of(SQLException thrown);

    /** What an error means for a query that fails by it. */
    default FailureKind kind(SQLException thrown) {
        return switch (of(thrown)) {
            case CONNECTION, READ_ONLY -> FailureKind.CONNECTION_LOST;
            case TRANSACTION, DEADLOCK -> FailureKind.CONFLICT;
            case OVERLOADED -> FailureKind.SERVER_OVERLOADED;
            case CANCELLED -> FailureKind.TIMEOUT;
            case ROW -> FailureKind.ROW_REFUSED;
            case STALE -> FailureKind.UNKNOWN;
            case UNSURE, PERMANENT -> SqlStates.kind(serverError(thrown).getSQLState());
        };
    }

    /** Whether a row refers to one that does not exist, or is referred to by one that does. */
    boolean isForeignKey(SQLException refusal);

    /** Finds the server's error if the driver has wrapped it in an error of its own. */
    default SQLException serverError(SQLException thrown) {
        return thrown;
    }

    /** The column and the constraint of a refused row, as far as the server names them: {@code , column "id"}. */
    String place(SQLException refusal);

    /** Whether a table could not be created because someone else has just created it. */
    default boolean createdMeanwhile(SQLException thrown) {
        return false;
    }

    /** Whether the text of an error is known to contain no values of rows. */
    default boolean isHarmless(SQLException thrown) {
        return of(thrown) != SqlFault.ROW || thrown instanceof InvalidValueException;
    }

    /** Explains how to fix the error if its text does not. */
    default Optional<String> hint(SQLException thrown) {
        return Optional.empty();
    }

    /** The text of the server or the driver. */
    default String text(SQLException thrown) {
        return thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
    }

    /**
     * Describes an error without values of rows. It contains the server's own text only if that is {@link #isHarmless}.
     */
    default String describe(SQLException thrown) {
        String state = "SQLSTATE " + thrown.getSQLState();
        if (isHarmless(thrown)) {
            return text(thrown).lines().findFirst().orElse("")
                    + (thrown.getSQLState() == null ? "" : " (" + state + ")");
        }
        String what = of(thrown) == SqlFault.ROW ? "the table refuses a row" : "the server reports an error";
        return what + " (" + state + place(thrown) + ")";
    }
}
