package io.millrace.core;

import static org.apache.spark.sql.functions.col;

import io.millrace.core.internal.SparkInterval;
import io.millrace.core.internal.json.JsonField;
import io.millrace.core.internal.json.JsonParsed;
import io.millrace.core.internal.json.JsonPath;
import io.millrace.core.internal.json.JsonType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;

/**
 * Steps from rows to rows. Each works alone, in a job that already exists, and as a step of a {@link Pipeline}; the
 * physical plan is that of the same step written by hand, except that windows and sessions on a stream count the rows
 * without a time.
 *
 * <pre>{@code
 * hits.transform(Transforms.jsonField("zip", "$.zip"))
 *         .transform(Transforms.withWatermark("timestamp", Duration.ofMinutes(10)))
 *         .transform(Transforms.windowedCount("timestamp", Duration.ofMinutes(10)).by("zip"));
 * }</pre>
 */
public final class Transforms {
    private Transforms() {}

    /** As {@link #jsonField(String, String, String)} on the column {@code value}, where Kafka puts the payload. */
    public static Transform jsonField(String name, String path) {
        return jsonField("value", name, path);
    }

    /**
     * One field of a JSON document as text, as {@code get_json_object} gives it but faster. In: {@code column}, binary
     * or string. Out: all columns, and the string {@code name}, which replaces a column of that name; NULL if the
     * document has no such field or is malformed.
     *
     * @param path as {@code get_json_object} takes it, such as {@code $.address.zip}
     */
    public static Transform jsonField(String column, String name, String path) {
        JsonField field = new JsonField("string", name, JsonPath.parse("jsonField(" + name, path), JsonType.TEXT);
        return Step.of(
                "jsonField(" + column + ", " + name + ", " + path + ")",
                List.of(ColumnNeed.text("jsonField", column)),
                rows -> JsonParsed.of(rows, column, List.of(field)).columns());
    }

    /** The fields of the JSON documents in {@code column}, binary or string; the calls that follow name them. */
    public static JsonFields jsonFields(String column) {
        return new JsonFields(column, List.of(), false);
    }

    /**
     * Lets rows arrive {@code delay} late before their window closes. In: {@code column}, a timestamp. Out: all
     * columns. The watermark is the greatest time seen in any partition less the delay; stateful steps drop older rows.
     */
    public static Transform withWatermark(String column, Duration delay) {
        SparkInterval.notNegative("withWatermark", delay);
        return Step.of(
                "withWatermark(" + column + ", " + delay + ")",
                List.of(ColumnNeed.timeWithZone("withWatermark", column)),
                rows -> rows.withWatermark(column, SparkInterval.of(delay)));
    }

    /**
     * Counts rows in windows of {@code length}, one after the other. In: {@code timeColumn}, a timestamp. Out:
     * {@code window_start}, {@code window_end}, the columns of {@link WindowedAggregation#by}, {@code count}.
     */
    public static WindowedAggregation windowedCount(String timeColumn, Duration length) {
        return new WindowedAggregation(TimeWindow.tumbling(timeColumn, length), Grouping.counting(), false);
    }

    /** As {@link #windowedCount}, for other aggregates: they follow in {@link WindowedAggregation#aggregate}. */
    public static WindowedAggregation windowed(String timeColumn, Duration length) {
        return windowedCount(timeColumn, length);
    }

    /**
     * Counts rows in sessions that end when no row has arrived for {@code gap}. In: {@code timeColumn}, a timestamp.
     * Out: {@code session_start}, {@code session_end}, the columns of {@link SessionAggregation#by}, {@code count}.
     */
    public static SessionAggregation sessionCount(String timeColumn, Duration gap) {
        return new SessionAggregation(timeColumn, gap, Grouping.counting());
    }

    /**
     * Counts rows for each combination of {@code columns}. Out: those columns, {@code count}. The state grows with
     * every new combination; it runs in update and complete mode.
     */
    public static Transform countBy(String... columns) {
        return Step.of(
                call("countBy", columns),
                needs("countBy", columns),
                rows -> new ColumnNames(rows, List.of("count")).takeColumns("countBy", rows, List.of(columns)),
                rows -> rows.groupBy(columns(columns)).count());
    }

    /**
     * Keeps the first row of each combination of {@code columns}, or of all columns if none is named. Out: all columns.
     * The state grows forever, unless one of the columns has a watermark.
     */
    public static Transform dropDuplicates(String... columns) {
        return Step.of(
                call("dropDuplicates", columns),
                needs("dropDuplicates", columns),
                rows -> columns.length == 0 ? rows.dropDuplicates() : rows.dropDuplicates(columns));
    }

    /**
     * Keeps the first row of each combination of {@code columns}, or of all columns if none is named, and forgets it
     * once the watermark has passed its time by the delay: later duplicates come through. Needs {@link #withWatermark}
     * before it, and a stream. Out: all columns.
     */
    public static Transform dropDuplicatesWithinWatermark(String... columns) {
        return Step.of(
                call("dropDuplicatesWithinWatermark", columns),
                needs("dropDuplicatesWithinWatermark", columns),
                rows -> columns.length == 0
                        ? rows.dropDuplicatesWithinWatermark()
                        : rows.dropDuplicatesWithinWatermark(columns));
    }

    /** Keeps {@code columns}, in this order. */
    public static Transform select(String... columns) {
        if (columns.length == 0) {
            throw new IllegalArgumentException("select(): name at least one column.");
        }
        return Step.of(call("select", columns), needs("select", columns), rows -> rows.select(columns(columns)));
    }

    /** Out: these expressions, such as {@code col("price").multiply(col("pieces")).as("total")}. */
    public static Transform select(Column... columns) {
        if (columns.length == 0) {
            throw new IllegalArgumentException("select(): name at least one column.");
        }
        String[] names = Arrays.stream(columns).map(Column::toString).toArray(String[]::new);
        return Step.of(call("select", names), List.of(), rows -> rows.select(columns));
    }

    /** Keeps the rows for which {@code condition} is true. Out: all columns. */
    public static Transform where(Column condition) {
        return new Filter(condition);
    }

    /** Keeps the rows for which {@code condition}, in Spark's SQL, is true. Out: all columns. */
    public static Transform where(String condition) {
        return where(functions.expr(condition));
    }

    /** Renames a column. Out: all columns, in the same order. */
    public static Transform rename(String column, String name) {
        return Step.of(
                call("rename", column, name),
                needs("rename", column),
                rows -> new ColumnNames(rows, ColumnNames.others(rows, column))
                        .take("rename", List.of(name), "Rename or leave out the other one in an earlier step."),
                rows -> rows.withColumnRenamed(column, name));
    }

    /**
     * Changes the type of a column, as Spark's {@code cast}: what does not convert is NULL, or an error in ANSI mode.
     */
    public static Transform cast(String column, DataType type) {
        return Step.of(
                call("cast", column, type.simpleString()),
                needs("cast", column),
                rows -> rows.withColumn(column, col(column).cast(type)));
    }

    /** Rows as Kafka takes them. Out: {@code value}, a JSON document of {@code columns}, or of all if none is named. */
    public static ToJson toJson(String... columns) {
        return new ToJson(List.of(columns), Optional.empty());
    }

    /** A step of your own, under a name that {@link Pipeline#describe()} shows. */
    public static Transform of(String description, UnaryOperator<Dataset<Row>> step) {
        return Step.of(description, List.of(), step);
    }

    private static String call(String name, String... arguments) {
        return name + "(" + String.join(", ", arguments) + ")";
    }

    private static List<ColumnNeed> needs(String call, String... columns) {
        return Arrays.stream(columns)
                .map(column -> ColumnNeed.any(call, column))
                .toList();
    }

    private static Column[] columns(String... names) {
        return Arrays.stream(names).map(functions::col).toArray(Column[]::new);
    }
}
