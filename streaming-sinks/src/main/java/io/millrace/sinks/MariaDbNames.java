package io.millrace.sinks;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

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
        String name = quoted(table.name());
        return table.schema() == null ? name : quoted(table.schema()) + "." + name;
    }

    static String joined(List<PlannedColumn> columns, Function<PlannedColumn, String> each) {
        return columns.stream().map(each).collect(Collectors.joining(", "));
    }
}
