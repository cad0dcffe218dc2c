package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.SqlFault;
import io.millrace.sinks.jdbc.dialect.SqlFaults;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Classifies MariaDB's errors, by error code, or by SQLSTATE if the code says no more than that. */
enum MariaDbFaults implements SqlFaults {
    ALL;

    /** The code of the driver's own errors. */
    private static final int OF_DRIVER = -1;

    /** Error codes: a table or a column exists already. */
    private static final Set<Integer> CREATED = Set.of(1050, 1060);

    /** Error codes: the row refers to one that does not exist, or is referred to by one that does. */
    private static final Set<Integer> FOREIGN_KEY = Set.of(1216, 1217, 1451, 1452);

    /** Finds the column at the end of a message, after a value that may contain anything. */
    private static final List<Pattern> COLUMN = List.of(
            Pattern.compile("for column '([^']*)' at row \\d+$"),
            Pattern.compile("for column (?:`[^`]*`\\.)*`([^`]*)` at row \\d+$"),
            Pattern.compile("Column '([^']*)' cannot be null$"));

    private static final List<Pattern> CONSTRAINT = List.of(
            Pattern.compile("for key '([^']*)'$"),
            Pattern.compile("^(?:\\(conn=\\d+\\) )?CONSTRAINT `([^`]*)` failed for "),
            Pattern.compile("CONSTRAINT `([^`]*)` FOREIGN KEY \\(.*\\)\\)?$"));

    /**
     * Whether an error that is not transient may be about one row, whatever it says, since a trigger may raise
     * anything. It is about one row if others succeed.
     */
    static boolean mayBeAboutARow(SQLException wrapped) {
        SqlFault fault = ALL.of(wrapped);
        return fault == SqlFault.ROW || fault == SqlFault.UNSURE;
    }

    @Override
    public SqlFault of(SQLException wrapped) {
        SQLException thrown = serverError(wrapped);
        return switch (thrown.getErrorCode()) {
            case 1213 -> SqlFault.DEADLOCK;
            case 1969 -> SqlFault.CANCELLED; // max_statement_time; 1317 is KILL QUERY of a user
            case 1317 -> SqlFault.PERMANENT;
            case 1020, 1205, 1412 -> SqlFault.TRANSACTION; // record or table changed, lock not got in time
            case 1021, 1037, 1038, 1040, 1041, 1114, 1135, 1203, 1226 ->
                SqlFault.OVERLOADED; // disk, memory, connections
            case 1290, 1792, 1836 -> SqlFault.READ_ONLY;
            case 1053, 1927 -> SqlFault.CONNECTION; // shutdown, killed
            case 1243, 1615 -> SqlFault.STALE;
            case 167, 1467 -> SqlFault.PERMANENT; // the numbers of AUTO_INCREMENT are exhausted
            case 1265, 1267, 1300, 1366, 1644 -> SqlFault.ROW; // not of the enumeration or the charset, SIGNAL
            default -> of(thrown.getSQLState());
        };
    }

    private static SqlFault of(@Nullable String state) {
        if (state == null || state.equals("08004")) {
            return SqlFault.OVERLOADED; // no connection in time, or none left
        }
        if (state.equals("25006")) {
            return SqlFault.READ_ONLY;
        }
        return switch (state.substring(0, 2)) {
            case "08" -> SqlFault.CONNECTION;
            case "40" -> SqlFault.TRANSACTION;
            case "22", "23", "45" -> SqlFault.ROW;
            case "28", "3D" -> SqlFault.PERMANENT;
            default -> SqlFault.UNSURE;
        };
    }

    @Override
    public boolean createdMeanwhile(SQLException thrown) {
        return CREATED.contains(serverError(thrown).getErrorCode());
    }

    @Override
    public boolean isForeignKey(SQLException refusal) {
        return FOREIGN_KEY.contains(serverError(refusal).getErrorCode());
    }

    /** The driver reports a session variable of the URL that the server refuses as a lost connection. */
    @Override
    public SQLException serverError(SQLException thrown) {
        return thrown.getErrorCode() == OF_DRIVER && thrown.getCause() instanceof SQLException cause
                ? serverError(cause)
                : thrown;
    }

    @Override
    public String place(SQLException refusal) {
        String message = String.valueOf(refusal.getMessage());
        return found(COLUMN, "column", message) + found(CONSTRAINT, "constraint", message);
    }

    private static String found(List<Pattern> patterns, String what, String message) {
        return patterns.stream()
                .map(pattern -> pattern.matcher(message))
                .filter(Matcher::find)
                .findFirst()
                .map(matcher -> ", " + what + " \"" + matcher.group(1) + "\"")
                .orElse("");
    }
}
