package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.SqlFault;
import io.millrace.sinks.jdbc.dialect.SqlFaults;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Classifies PostgreSQL's errors, by SQLSTATE. */
enum PostgresFaults implements SqlFaults {
    ALL;

    private static final Set<String> CONNECTION_STATES = Set.of(
            "08000", "08001", "08003", "08006", "08007", "40003", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04");
    private static final Set<String> TRANSACTION_STATES = Set.of("40001", "55P03", "55006");
    private static final Set<String> STALE_STATES = Set.of("0A000", "26000");

    /** Errors that no row causes: an exhausted sequence, a corrupted table or index. */
    private static final Set<String> PERMANENT_STATES = Set.of("2200H", "57P04", "XX001", "XX002");

    static final String FOREIGN_KEY = "23503";

    /** Classes of errors that a row causes: data, constraints, views with a check, and exceptions of functions. */
    private static final Set<String> ROW_CLASSES = Set.of("22", "23", "44", "P0");

    /** Classes of errors that a row never causes: logins, transactions, the server and its disks. */
    private static final Set<String> PERMANENT_CLASSES = Set.of("08", "25", "28", "3D", "57", "58", "F0");

    /** Errors whose text has names of the catalog or the network, but no values, unless a function raises them. */
    private static final Pattern HARMLESS = Pattern.compile(
            "08...|0A000|2200H|25...|26000|28...|3[DF]...|40...|42501|42703|42704|42804|42883|42P01|42P10|42P07|53...|"
                    + "5[4578]...");

    /** Contexts of the server itself, and not of a function. */
    private static final Pattern PLAIN_PLACE = Pattern.compile("(while |SQL statement \").*", Pattern.DOTALL);

    /** The table, or its row in the catalog, exists already. */
    private static final Set<String> CREATED_STATES = Set.of("42P07", "42710", "42701", "23505");

    /** Finds the column that the server could not parse: {@code COPY stage, line 3, column doc}. */
    private static final Pattern COPIED_COLUMN =
            Pattern.compile("^COPY \\w+, line \\d+, column (\\w+)$", Pattern.MULTILINE);

    @Override
    public SqlFault of(SQLException thrown) {
        String state = thrown.getSQLState();
        return state == null ? SqlFault.OVERLOADED : of(state); // the pool had no connection in time
    }

    static SqlFault of(String state) {
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
            case "25006" -> SqlFault.READ_ONLY;
            case "40P01" -> SqlFault.DEADLOCK;
            case "57014" -> SqlFault.CANCELLED;
            default -> PERMANENT_STATES.contains(state) ? SqlFault.PERMANENT : ofClass(state.substring(0, 2));
        };
    }

    private static SqlFault ofClass(String state) {
        if (ROW_CLASSES.contains(state)) {
            return SqlFault.ROW;
        }
        if (PERMANENT_CLASSES.contains(state)) {
            return SqlFault.PERMANENT;
        }
        return state.equals("53") ? SqlFault.OVERLOADED : SqlFault.UNSURE;
    }

    @Override
    public boolean isForeignKey(SQLException refusal) {
        return FOREIGN_KEY.equals(refusal.getSQLState());
    }

    @Override
    public boolean createdMeanwhile(SQLException thrown) {
        return CREATED_STATES.contains(String.valueOf(thrown.getSQLState()));
    }

    @Override
    public boolean isHarmless(SQLException thrown) {
        ServerErrorMessage message = message(thrown);
        if (message == null) {
            return thrown instanceof InvalidValueException || of(thrown) != SqlFault.ROW;
        }
        return isHarmless(String.valueOf(message.getSQLState()), message.getWhere());
    }

    /** Whether the server's text of an error in a context is free of values. */
    static boolean isHarmless(String state, @Nullable String where) {
        return HARMLESS.matcher(state).matches()
                && (where == null || PLAIN_PLACE.matcher(where).matches());
    }

    @Override
    public String text(SQLException thrown) {
        PSQLException fromServer = thrown instanceof BatchUpdateException ? fromServer(thrown) : null;
        return String.valueOf((fromServer == null ? thrown : fromServer).getMessage());
    }

    @Override
    public Optional<String> hint(SQLException thrown) {
        return "2200H".equals(thrown.getSQLState())
                ? Optional.of(
                        "A sequence of the table is exhausted, and no row is at fault. Extend it by ALTER SEQUENCE"
                                + " ... NO MAXVALUE, and a column that is too small by ALTER TABLE ... ALTER COLUMN"
                                + " ... TYPE"
                                + " bigint.")
                : Optional.empty();
    }

    @Override
    public String place(SQLException refusal) {
        ServerErrorMessage message = message(refusal);
        if (message == null) {
            return "";
        }
        Matcher copied = COPIED_COLUMN.matcher(String.valueOf(message.getWhere()));
        return place(message.getColumn(), message.getConstraint())
                + (copied.find() ? place(copied.group(1), null) : "");
    }

    static String place(@Nullable String column, @Nullable String constraint) {
        return named("column", column) + named("constraint", constraint);
    }

    private static String named(String what, @Nullable String name) {
        return name == null || name.isEmpty() ? "" : ", " + what + " \"" + name + "\"";
    }

    /** Finds the server's error, even if the driver has wrapped it for a batch of statements. */
    private static @Nullable PSQLException fromServer(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof PSQLException found && found.getServerErrorMessage() != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable ServerErrorMessage message(Throwable thrown) {
        PSQLException fromServer = fromServer(thrown);
        return fromServer == null ? null : fromServer.getServerErrorMessage();
    }
}
