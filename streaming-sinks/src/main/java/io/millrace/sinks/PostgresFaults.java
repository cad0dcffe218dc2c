package io.millrace.sinks;

import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** PostgreSQL's faults, by SQLSTATE. */
enum PostgresFaults implements SqlFaults {
    ALL;

    private static final Set<String> CONNECTION_STATES = Set.of(
            "08000", "08001", "08003", "08006", "08007", "40003", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04",
            "25006");
    private static final Set<String> TRANSACTION_STATES = Set.of("40001", "55P03", "55006");
    private static final Set<String> STALE_STATES = Set.of("0A000", "26000");

    /** A table, or its line in the catalog. */
    private static final Set<String> CREATED_STATES = Set.of("42P07", "23505");

    /** Where the server names the column that it could not read: {@code COPY stage, line 3, column doc}. */
    private static final Pattern COPIED_COLUMN =
            Pattern.compile("^COPY \\w+, line \\d+, column (\\w+)$", Pattern.MULTILINE);

    @Override
    public SqlFault of(SQLException thrown) {
        String state = thrown.getSQLState();
        if (state == null) {
            return SqlFault.CROWDED; // the pool had no connection in time
        }
        if (CONNECTION_STATES.contains(state)) {
            return SqlFault.CONNECTION;
        }
        if (TRANSACTION_STATES.contains(state)) {
            return SqlFault.TRANSACTION;
        }
        if (STALE_STATES.contains(state)) {
            return SqlFault.STALE;
        }
        return switch (state) {
            case "40P01" -> SqlFault.DEADLOCK;
            case "57014" -> SqlFault.CANCELLED;
            default -> ofClass(state.substring(0, 2));
        };
    }

    private static SqlFault ofClass(String state) {
        return switch (state) {
            case "22", "23" -> SqlFault.ROW;
            case "53" -> SqlFault.CROWDED;
            default -> SqlFault.PERMANENT;
        };
    }

    @Override
    public boolean createdMeanwhile(SQLException thrown) {
        return CREATED_STATES.contains(String.valueOf(thrown.getSQLState()));
    }

    @Override
    public String place(SQLException refusal) {
        if (!(refusal instanceof PSQLException fromServer) || fromServer.getServerErrorMessage() == null) {
            return "";
        }
        ServerErrorMessage message = fromServer.getServerErrorMessage();
        StringBuilder place = new StringBuilder();
        if (message.getColumn() != null) {
            place.append(", column \"").append(message.getColumn()).append('"');
        }
        Matcher copied = COPIED_COLUMN.matcher(String.valueOf(message.getWhere()));
        if (copied.find()) {
            place.append(", column \"").append(copied.group(1)).append('"');
        }
        if (message.getConstraint() != null) {
            place.append(", constraint \"").append(message.getConstraint()).append('"');
        }
        return place.toString();
    }
}
