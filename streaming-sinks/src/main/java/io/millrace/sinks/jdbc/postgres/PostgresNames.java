package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.TableName;

/** Writes names in PostgreSQL's SQL. */
final class PostgresNames {
    private PostgresNames() {}

    static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    static String quoted(PlannedColumn column) {
        return quoted(column.name());
    }

    static String quoted(TableName table) {
        return table.quoted(PostgresNames::quoted);
    }
}
