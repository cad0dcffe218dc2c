package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Catalog;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.StructType;

/** Checks that all JDBC sinks share. */
final class StreamCheck {
    private StreamCheck() {}

    static void keys(String verb, List<String> keys, StructType stream, Problems problems) {
        for (String key : keys) {
            if (has(verb, key, "this key column", stream, problems)) {
                checkKeyType(verb, key, stream.apply(key).dataType().catalogString(), problems);
            }
        }
    }

    /** Refuses types of Spark 4 whose equality the database does not have. */
    private static void checkKeyType(String verb, String key, String type, Problems problems) {
        if (type.equals("variant")) {
            problems.add(
                    verb,
                    key,
                    "this key column is a variant, and variants cannot be compared",
                    "Extract the key from it: variant_get(column, '$.id', 'string').");
        } else if (type.contains(" collate ")) {
            problems.add(
                    verb,
                    key,
                    "this key column is a " + type + ", but the table's unique index decides which keys are equal",
                    "Cast it to string. If keys may differ in what the collation ignores, such as case, give them one"
                            + " spelling first, as lower(...) does.");
        }
    }

    /** Whether the stream has a column that a call names; reports a problem if not. */
    static boolean has(String call, String column, String what, StructType stream, Problems problems) {
        List<String> names = List.of(stream.fieldNames());
        if (!names.contains(column)) {
            problems.add(
                    call,
                    column,
                    what + " is not in the stream, which has " + String.join(", ", names),
                    nearest(column, names)
                            .map(near -> "Did you mean \"" + near + "\"?")
                            .orElse("Rename it there, or name another."));
        }
        return names.contains(column);
    }

    /** The name that differs only in case. */
    static Optional<String> nearest(String name, List<String> names) {
        return names.stream().filter(name::equalsIgnoreCase).findFirst();
    }

    /** @param ddl the statement that creates the table; empty if it is not known */
    static void noTable(TableName name, Database database, Catalog catalog, Optional<String> ddl, Problems problems)
            throws SQLException {
        List<TableName> similar = catalog.similar(name);
        String dot = dotHint(name);
        problems.add(
                "table",
                name,
                "there is no such table for " + database.label(),
                similar.isEmpty()
                        ? dot
                                + ddl.filter(statement -> dot.isEmpty())
                                        .map(statement -> "Call creatingTable(), which creates it by " + statement)
                                        .orElse("Create it")
                                + ", or correct the name."
                        : "Did you mean "
                                + similar.stream().map(StreamCheck::call).collect(Collectors.joining(" or ")) + "?");
    }

    private static String dotHint(TableName name) {
        int dot = name.name().indexOf('.');
        boolean schemaIsMeant =
                name.schema() == null && dot > 0 && dot < name.name().length() - 1;
        return schemaIsMeant
                ? "A dot is part of the name; a schema is an argument of its own: "
                        + call(new TableName(
                                name.name().substring(0, dot), name.name().substring(dot + 1)))
                        + ". "
                : "";
    }

    /** Writes the call that names a table. */
    private static String call(TableName table) {
        return "table(" + (table.schema() == null ? "" : "\"" + table.schema() + "\", ") + "\"" + table.name() + "\")";
    }
}
