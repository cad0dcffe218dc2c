package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.util.List;

/** Writes names in MariaDB's SQL. */
final class MariaDbNames {
    private MariaDbNames() {}

    static String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    static String quoted(PlannedColumn column) {
        return quoted(column.name());
    }

    static String quoted(TableName table) {
        return table.quoted(MariaDbNames::quoted);
    }

    /** Writes a column with its type, for a table of the sink's own. */
    static String typed(PlannedColumn column) {
        String collation = column.type().collation();
        return quoted(column) + " " + column.type().sql() + (collation == null ? "" : " COLLATE " + collation);
    }

    /** Returns {@code name}, or a similar name that no column has. */
    static String unlike(String name, List<PlannedColumn> columns) {
        String other = name;
        while (columns.stream().map(PlannedColumn::name).anyMatch(other::equalsIgnoreCase)) {
            other += "_";
        }
        return other;
    }
}
