package io.millrace.core;

import static org.apache.spark.sql.functions.lit;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.SparkRefusal;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * A column that a transform reads.
 *
 * @param call the call that named it
 * @param column its name, or a path into a struct, as {@link functions#col} takes it
 * @param kind the accepted types, in words
 * @param accepts whether a type is accepted
 * @param typical the type to assume if the column is missing or has another type
 * @param hint how to get a column of such a type
 */
record ColumnNeed(String call, String column, String kind, Predicate<DataType> accepts, DataType typical, String hint) {
    static ColumnNeed any(String call, String column) {
        return new ColumnNeed(call, column, "anything", type -> true, DataTypes.StringType, "");
    }

    /** A column of a type that has one text for each value: not an array, a map or a struct. */
    static ColumnNeed plain(String call, String column) {
        return new ColumnNeed(
                call,
                column,
                "an atomic type",
                type -> !(type instanceof ArrayType || type instanceof MapType || type instanceof StructType),
                DataTypes.StringType,
                "Take one of its fields or elements, or make it text first, such as with to_json.");
    }

    static ColumnNeed text(String call, String column) {
        return new ColumnNeed(
                call,
                column,
                "binary or string",
                type -> type instanceof BinaryType || type instanceof StringType,
                DataTypes.StringType,
                "Cast it, or name the column that holds the text.");
    }

    static ColumnNeed time(String call, String column) {
        return time(call, column, type -> type instanceof TimestampType || type instanceof TimestampNTZType);
    }

    /** A timestamp of the type that can have a watermark. */
    static ColumnNeed timeWithZone(String call, String column) {
        return time(call, column, type -> type instanceof TimestampType);
    }

    private static ColumnNeed time(String call, String column, Predicate<DataType> accepts) {
        return new ColumnNeed(
                call,
                column,
                "timestamp",
                accepts,
                DataTypes.TimestampType,
                "Make it a timestamp first, such as with cast(\"" + column + "\", DataTypes.TimestampType).");
    }

    /** What is wrong with this column in {@code rows}, if anything. */
    Optional<Problem> problem(Dataset<Row> rows) {
        Optional<DataType> type = SparkRefusal.unlessRefused(
                () -> rows.select(functions.col(column)).schema().fields()[0].dataType());
        if (type.isEmpty()) {
            return Optional.of(Columns.missing(call, column, rows).as(Problem::new));
        }
        return type.filter(accepts.negate())
                .map(seen -> Columns.wrongType(call, column, seen.simpleString(), kind, hint)
                        .as(Problem::new));
    }

    /** {@code rows} with a column of the right type under this name, so that later steps can be checked. */
    Dataset<Row> assumedIn(Dataset<Row> rows) {
        return rows.withColumn(column, lit(null).cast(typical));
    }
}
