package io.millrace.sinks.jdbc.dialect;

import java.sql.SQLException;
import java.util.Optional;

/** What the faults of a database mean, and what may be said of them. */
public interface SqlFaults {
    SqlFault of(SQLException thrown);

    /** What the server said, if the driver wraps it in an error of its own. */
    default SQLException said(SQLException thrown) {
        return thrown;
    }

    /** Column and constraint of a refused row, as far as the server names them: {@code , column "id"}. */
    String place(SQLException refusal);

    /** Whether a table could not be created since somebody else has just done so. */
    default boolean createdMeanwhile(SQLException thrown) {
        return false;
    }

    /** Whether the text of an error is known to hold no value of a row. */
    default boolean isHarmless(SQLException thrown) {
        return of(thrown) != SqlFault.ROW || thrown instanceof InvalidValueException;
    }

    /** How to fix what the error does not explain. */
    default Optional<String> wayOut(SQLException thrown) {
        return Optional.empty();
    }

    /** What the server or the driver says of it. */
    default String text(SQLException thrown) {
        return thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
    }

    /** What happened, without any value of a row: the server's own text is there only if it is {@link #isHarmless}. */
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
