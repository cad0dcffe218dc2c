package io.millrace.sinks;

import java.util.List;
import org.apache.spark.sql.types.StructType;

/** What every JDBC sink refuses alike. */
final class StreamCheck {
    private StreamCheck() {}

    static void keys(String verb, List<String> keys, StructType stream, Problems problems) {
        keys.forEach(key -> has(verb, key, "this key column", stream, problems));
    }

    /** Whether the stream has a column that a call names. */
    static boolean has(String call, String column, String what, StructType stream, Problems problems) {
        List<String> names = List.of(stream.fieldNames());
        if (!names.contains(column)) {
            problems.add(
                    call,
                    column,
                    what + " is not in the stream, which has " + String.join(", ", names),
                    "Rename it there, or name another.");
        }
        return names.contains(column);
    }

    static void noTable(TableName name, Database database, Problems problems) {
        problems.add("table", name, "there is no such table for " + database, "Create it, or correct the name.");
    }
}
