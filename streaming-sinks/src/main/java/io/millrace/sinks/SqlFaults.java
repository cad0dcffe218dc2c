package io.millrace.sinks;

import java.sql.SQLException;

/** What the faults of a database mean, and what may be said of them. */
interface SqlFaults {
    SqlFault of(SQLException thrown);

    /** What the server said, where the driver wraps it in an error of its own. */
    default SQLException said(SQLException thrown) {
        return thrown;
    }

    /** Column and constraint of a refused row, as far as the server names them: {@code , column "id"}. */
    String place(SQLException refusal);

    /** Whether a table could not be created since somebody else has just done so. */
    default boolean createdMeanwhile(SQLException thrown) {
        return false;
    }

    /** What happened, without any value of a row: the server's own text may carry one where a row is refused. */
    default String told(SQLException thrown) {
        String state = "SQLSTATE " + thrown.getSQLState();
        if (of(thrown) == SqlFault.ROW && !(thrown instanceof UnfitValueException)) {
            return "the table refuses a row (" + state + place(thrown) + ")";
        }
        String message = thrown.getMessage();
        String firstLine = message == null
                ? thrown.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
        return firstLine + (thrown.getSQLState() == null ? "" : " (" + state + ")");
    }
}
