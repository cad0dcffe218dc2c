package io.millrace.sinks;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a server knows of its tables, asked on one connection. */
interface Catalog {
    /** Empty where there is no such table. */
    Optional<TableShape> table(TableName name) throws SQLException;

    /** Tables that somebody may have meant by a name that is not there. */
    List<TableName> similar(TableName name) throws SQLException;

    /** Whether the role may create such a table; empty if its schema is not there. */
    Optional<Boolean> mayCreate(TableName name) throws SQLException;

    /** What would make statements of a sink fail, though the table has the right columns. */
    List<Flaw> obstacles(TableName name, TableUse use) throws SQLException;

    /** What such statements would run into sooner or later. */
    List<Flaw> notes(TableName name, TableUse use) throws SQLException;

    /** The constants for which a row has true, in columns that are called as they are after a prefix. */
    static <E extends Enum<E>> Set<E> flags(ResultSet row, String prefix, Class<E> type) throws SQLException {
        Set<E> found = EnumSet.noneOf(type);
        for (E constant : type.getEnumConstants()) {
            if (row.getBoolean(prefix + constant.name().toLowerCase(Locale.ROOT))) {
                found.add(constant);
            }
        }
        return Set.copyOf(found);
    }
}
