package io.millrace.sinks.jdbc.dialect;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A column in the catalog. */
public record TableColumn(String name, ColumnType type, Set<Trait> traits, Set<Right> rights) {
    /** A property of a column that matters to an INSERT or an UPDATE. */
    public enum Trait {
        NOT_NULL,
        /** The server sets a value if an INSERT does not. */
        FILLED,
        /** An INSERT cannot set a value. */
        GENERATED,
        /** An INSERT can set a value, but an UPDATE cannot. */
        FIXED,
        /** The table may refuse an INSERT that leaves the column NULL. */
        NEEDED,
        /** The server generates a unique number for each row. */
        COUNTED
    }

    /** A right of the role on a column. */
    public enum Right {
        INSERT,
        UPDATE,
        SELECT
    }

    /**
     * Reads a row of the catalog with the name, and a boolean such as {@code is_filled} or {@code may_insert} for each
     * trait and right.
     */
    public static TableColumn of(ResultSet row, ColumnType type) throws SQLException {
        return new TableColumn(
                row.getString("name"), type, flags(row, "is_", Trait.class), flags(row, "may_", Right.class));
    }

    public boolean is(Trait trait) {
        return traits.contains(trait);
    }

    public boolean may(Right right) {
        return rights.contains(right);
    }

    /** Whether an INSERT must set a value. */
    public boolean isRequired() {
        return is(Trait.NOT_NULL) && !is(Trait.FILLED) && !is(Trait.GENERATED);
    }

    /** Reads the constants whose column is true; the name of the column is a prefix and that of the constant. */
    public static <E extends Enum<E>> Set<E> flags(ResultSet row, String prefix, Class<E> type) throws SQLException {
        Set<E> found = EnumSet.noneOf(type);
        for (E constant : type.getEnumConstants()) {
            if (row.getBoolean(prefix + constant.name().toLowerCase(Locale.ROOT))) {
                found.add(constant);
            }
        }
        return Set.copyOf(found);
    }
}
