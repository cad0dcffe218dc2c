package io.millrace.core;

import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;

/**
 * Steps from rows to rows. Each works alone, in a job that already exists, and as a step of a {@link Pipeline}; the
 * physical plan is the one of the same step written by hand.
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
     * One field of a JSON document as text, the one of {@code get_json_object} at less than its cost. In: {@code column},
     * binary or string. Out: all columns, and the string {@code name}, in place of one of that name; NULL where the
     * document has no such field or is malformed.
     *
     * @param path as {@code get_json_object} takes it, such as {@code $.address.zip}
     */
    public static Transform jsonField(String column, String name, String path) {
        JsonField field = new JsonField(
                "string", name, JsonPath.parse("jsonField(" + name, path), DataTypes.StringType, JsonParsed.text(0));
        return Step.of(
                "jsonField(" + column + ", " + name + ", " + path + ")",
                List.of(ColumnNeed.text("jsonField", column)),
                rows -> JsonParsed.of(rows, column, List.of(field)).columns());
    }

    /** The fields of the JSON documents in {@code column}, binary or string, which the calls behind it name. */
    public static JsonFields jsonFields(String column) {
        return new JsonFields(column, List.of(), false);
    }

    /**
     * Lets rows come {@code delay} late before their window closes. In: {@code column}, a timestamp. Out: all columns.
     * The watermark is the greatest time seen in any partition less the delay; older rows are dropped by steps with state.
     */
    public static Transform withWatermark(String column, Duration delay) {
        SparkInterval.notNegative("withWatermark", delay);
        return Step.of(
                "withWatermark(" + column + ", " + delay + ")",
                List.of(ColumnNeed.timeWithZone("withWatermark", column)),
                rows -> rows.withWatermark(column, SparkInterval.of(delay)));
    }

    /**
     * Counts rows in windows of {@code length}, one behind the other. In: {@code timeColumn}, a timestamp. Out:
     * {@code window_start}, {@code window_end}, the columns of {@link WindowedCount#by}, {@code count}.
     */
    public static WindowedCount windowedCount(String timeColumn, Duration length) {
        return new WindowedCount(TimeWindow.tumbling(timeColumn, length), List.of());
    }
}
