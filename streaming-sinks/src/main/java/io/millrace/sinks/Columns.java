package io.millrace.sinks;

import io.millrace.core.Problem;
import io.millrace.core.internal.MissingColumn;
import java.util.Arrays;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;

/** Columns by their plain names: a dot is part of the name, not a path into a struct. */
final class Columns {
    private Columns() {}

    /** The field of this name; case counts if it does for the session. */
    static Optional<StructField> find(Dataset<Row> rows, String name) {
        boolean exact = Boolean.parseBoolean(rows.sparkSession().conf().get("spark.sql.caseSensitive"));
        return Arrays.stream(rows.schema().fields())
                .filter(field ->
                        exact ? field.name().equals(name) : field.name().equalsIgnoreCase(name))
                .findFirst();
    }

    static Column named(Dataset<Row> rows, String name) {
        return rows.col("`" + name.replace("`", "``") + "`");
    }

    static Problem missing(String call, String name, Dataset<Row> rows) {
        return MissingColumn.of(call, name, rows).as(Problem::new);
    }
}
