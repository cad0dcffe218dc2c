package io.millrace.core.internal;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Columns by their plain names: a dot is part of the name, not a path into a struct. */
public final class Columns {
    private Columns() {}

    /** Whether names that differ by case alone are two columns for the session. */
    public static boolean isCaseSensitive(SparkSession spark) {
        return Boolean.parseBoolean(spark.conf().get("spark.sql.caseSensitive"));
    }

    /** The field of this name; case counts if it does for the session. */
    public static Optional<StructField> find(Dataset<Row> rows, String name) {
        boolean isCaseSensitive = isCaseSensitive(rows.sparkSession());
        return Arrays.stream(rows.schema().fields())
                .filter(field -> isCaseSensitive
                        ? field.name().equals(name)
                        : field.name().equalsIgnoreCase(name))
                .findFirst();
    }

    /**
     * The column of this name, whose dots are part of it; if there is none, the field of a struct at this path, as
     * {@link functions#col} takes it.
     */
    public static Column at(Dataset<Row> rows, String path) {
        return find(rows, path).isPresent() ? functions.col(quoted(path)) : functions.col(path);
    }

    /** The column of this name. */
    public static Column named(Dataset<Row> rows, String name) {
        return rows.col(quoted(name));
    }

    private static String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** {@code id bigint, zip string}. */
    public static String described(StructType columns) {
        return Arrays.stream(columns.fields())
                .map(field -> field.name() + " " + field.dataType().simpleString())
                .collect(Collectors.joining(", "));
    }

    /** The column {@code name} of {@code call}, which the rows do not have. */
    public static Finding missing(String call, String name, Dataset<Row> rows) {
        return new Finding(
                call, name, reasonIfMissing(rows), "Name one of these, or add the column in an earlier step.");
    }

    /** Says that there is no such column, and which there are. */
    public static String reasonIfMissing(Dataset<Row> rows) {
        return "there is no such column " + listed(rows);
    }

    /** {@code (columns: id, zip)}. */
    public static String listed(Dataset<Row> rows) {
        return "(columns: " + String.join(", ", rows.columns()) + ")";
    }

    /** The column {@code name} of {@code call}, which has the type {@code type} instead of {@code required}. */
    public static Finding wrongType(String call, String name, String type, String required, String hint) {
        return new Finding(call, name, "the column is " + type + ", but " + required + " is required", hint);
    }
}
