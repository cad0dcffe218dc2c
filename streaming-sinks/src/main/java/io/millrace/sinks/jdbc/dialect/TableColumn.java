package io.millrace.sinks.jdbc.dialect;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** A column as the catalog has it. */
public record TableColumn(String name, ColumnType type, Set<Trait> traits, Set<Right> rights) {
    /** What an INSERT or an UPDATE must know of a column. */
    public enum Trait {
        NOT_NULL,
        /** The server gives a value if an INSERT has none. */
        FILLED,
        /** An INSERT cannot give a value. */
        GENERATED,
        /** Only an INSERT can give a value, not an UPDATE. */
        FIXED,
        /** An INSERT may be refused because it leaves the column NULL. */
        NEEDED,
        /** The server gives numbers that no other row has. */
        COUNTED
    }

    /** What the role may do with a column. */
    public enum Right {
        INSERT,
        UPDATE,
        SELECT
    }

    /** From a row of the catalog with its name, and a boolean {@code is_filled} or {@code may_insert} for each trait and right. */
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

    /** Whether an INSERT must give a value. */
    public boolean isRequired() {
        return is(Trait.NOT_NULL) && !is(Trait.FILLED) && !is(Trait.GENERATED);
    }

    /** The constants for which a row has true, in columns that are called as they are after a prefix. */
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
