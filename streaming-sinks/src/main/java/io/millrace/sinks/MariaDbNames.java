package io.millrace.sinks;

/** Names in MariaDB's SQL. */
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
}
