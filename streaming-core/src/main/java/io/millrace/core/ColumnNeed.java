package io.millrace.core;

import static org.apache.spark.sql.functions.lit;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.SparkRefusal;
import java.util.List;
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
import org.apache.spark.sql.types.StructField;
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
 * @param isWhole whether it has to be a column of its own, not the field of a struct
 */
record ColumnNeed(
        String call,
        String column,
        String kind,
        Predicate<DataType> accepts,
        DataType typical,
        String hint,
        boolean isWhole) {
    ColumnNeed(String call, String column, String kind, Predicate<DataType> accepts, DataType typical, String hint) {
        this(call, column, kind, accepts, typical, hint, false);
    }

    static ColumnNeed any(String call, String column) {
        return new ColumnNeed(call, column, "anything", type -> true, DataTypes.StringType, "");
    }

    /** A column of its own, since the call cannot take the field of a struct. */
    static ColumnNeed whole(String call, String column) {
        return any(call, column).ofWholeColumn();
    }

    static List<ColumnNeed> whole(String call, List<String> columns) {
        return columns.stream().map(column -> whole(call, column)).toList();
    }

    static ColumnNeed elements(String call, String column) {
        return new ColumnNeed(
                call,
                column,
                "an array or a map",
                type -> type instanceof ArrayType || type instanceof MapType,
                DataTypes.createArrayType(DataTypes.StringType),
                "Name the column that holds the elements, or make it an array first, such as with split or from_json.");
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

    /** A timestamp that is an instant: the local time of a {@code timestamp_ntz} may occur twice in a zone. */
    static ColumnNeed instant(String call, String column) {
        return time(call, column, type -> type instanceof TimestampType);
    }

    /** A timestamp of the type that can have a watermark. */
    static ColumnNeed timeWithZone(String call, String column) {
        return time(call, column, type -> type instanceof TimestampType).ofWholeColumn();
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
        Optional<DataType> found = SparkRefusal.unlessRefused(
                () -> rows.select(Columns.at(rows, column)).schema().fields()[0].dataType());
        Optional<DataType> type = isWhole ? Columns.find(rows, column).map(StructField::dataType) : found;
        if (type.isEmpty()) {
            return Optional.of(
                    found.isPresent()
                            ? ofStruct()
                            : Columns.missing(call, column, rows).as(Problem::new));
        }
        return type.filter(accepts.negate())
                .map(seen -> Columns.wrongType(call, column, seen.simpleString(), kind, hint)
                        .as(Problem::new));
    }

    private Problem ofStruct() {
        return new Problem(
                call,
                column,
                "this is a field of a struct, and a column of its own is required",
                "Take it out in an earlier step, such as with withColumn(\"sku\", \"item.sku\").");
    }

    private ColumnNeed ofWholeColumn() {
        return new ColumnNeed(call, column, kind, accepts, typical, hint, true);
    }

    /** {@code rows} with a column of the right type under this name, so that later steps can be checked. */
    Dataset<Row> assumedIn(Dataset<Row> rows) {
        return rows.withColumn(column, lit(null).cast(typical));
    }
}
