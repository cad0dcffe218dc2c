package io.millrace.core.internal;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.millrace.core.internal.spark.SparkLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** A row that cannot be used: its original bytes, where it is in Kafka, and why. */
public final class DeadLetterColumns {
    private DeadLetterColumns() {}

    /**
     * {@code value}, {@code key}, {@code topic}, {@code partition}, {@code offset}, {@code timestamp}, {@code headers}
     * and {@code reason}; NULL if {@code rows} have no such column, and without {@code headers} then.
     *
     * @param column the column whose bytes are the value
     */
    public static Column[] of(Dataset<Row> rows, String column, Column reason) {
        return of(rows, Columns.at(rows, column), ofKafka(rows, "key", DataTypes.BinaryType), reason);
    }

    /** The same for a record with this value and key. */
    public static Column[] of(Dataset<Row> rows, Column value, Column key, Column reason) {
        List<Column> columns = new ArrayList<>(List.of(
                value.cast(DataTypes.BinaryType).as("value"),
                key.cast(DataTypes.BinaryType).as("key"),
                ofKafka(rows, "topic", DataTypes.StringType),
                ofKafka(rows, "partition", DataTypes.IntegerType),
                ofKafka(rows, "offset", DataTypes.LongType),
                ofKafka(rows, "timestamp", DataTypes.TimestampType)));
        if (has(rows, "headers")) {
            columns.add(col("headers"));
        }
        columns.add(reason.as("reason"));
        return columns.toArray(Column[]::new);
    }

    /** A column of the Kafka source; NULL if {@code rows} do not have it. */
    public static Column ofKafka(Dataset<Row> rows, String name, DataType type) {
        return (has(rows, name) ? SparkLine.tryCast(col(name), type) : lit(null).cast(type)).as(name);
    }

    private static boolean has(Dataset<Row> rows, String name) {
        return Arrays.asList(rows.columns()).contains(name);
    }
}
