package io.millrace.sinks;

import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What a fault of the database means for the work that met it, by SQLSTATE. */
enum SqlFault {
    /** The connection is gone: try again on another. */
    CONNECTION,
    /** The transaction lost against others: try again. */
    TRANSACTION,
    /** The server has no room just now: try again, later. */
    CROWDED,
    /** The connection remembers a statement that no longer holds: try again on another. */
    STALE,
    /** A row that the table refuses. */
    ROW,
    /** Trying again would meet the same fault. */
    PERMANENT;

    private static final Set<String> CONNECTION_STATES = Set.of(
            "08000", "08001", "08003", "08006", "08007", "40003", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04",
            "25006");
    private static final Set<String> TRANSACTION_STATES = Set.of("40001", "40P01", "55P03", "55006", "57014");
    private static final Set<String> STALE_STATES = Set.of("0A000", "26000");

    /** Where the server names the column that it could not read: {@code COPY stage, line 3, column doc}. */
    private static final Pattern COPIED_COLUMN =
            Pattern.compile("^COPY \\w+, line \\d+, column (\\w+)$", Pattern.MULTILINE);

    static SqlFault of(SQLException thrown) {
        String state = thrown.getSQLState();
        if (state == null) {
            return CROWDED; // the pool had no connection in time
        }
        if (CONNECTION_STATES.contains(state)) {
            return CONNECTION;
        }
        if (TRANSACTION_STATES.contains(state)) {
            return TRANSACTION;
        }
        if (STALE_STATES.contains(state)) {
            return STALE;
        }
        return switch (state.substring(0, 2)) {
            case "22", "23" -> ROW;
            case "53" -> CROWDED;
            default -> PERMANENT;
        };
    }

    boolean passes() {
        return this != ROW && this != PERMANENT;
    }

    /** What happened, without any value of a row: the server's own text may carry one where a row is refused. */
    static String told(SQLException thrown) {
        if (of(thrown) != ROW || thrown instanceof UnfitValueException) {
            return firstLine(thrown) + " (SQLSTATE " + thrown.getSQLState() + ")";
        }
        StringBuilder text = new StringBuilder("the table refuses a row (SQLSTATE " + thrown.getSQLState());
        if (thrown instanceof PSQLException fromServer && fromServer.getServerErrorMessage() != null) {
            ServerErrorMessage message = fromServer.getServerErrorMessage();
            if (message.getColumn() != null) {
                text.append(", column \"").append(message.getColumn()).append('"');
            }
            Matcher copied = COPIED_COLUMN.matcher(String.valueOf(message.getWhere()));
            if (copied.find()) {
                text.append(", column \"").append(copied.group(1)).append('"');
            }
            if (message.getConstraint() != null) {
                text.append(", constraint \"").append(message.getConstraint()).append('"');
            }
        }
        return text.append(')').toString();
    }

    private static String firstLine(SQLException thrown) {
        String message = thrown.getMessage();
        return message == null
                ? thrown.getClass().getSimpleName()
                : message.lines().findFirst().orElse("");
    }
}
