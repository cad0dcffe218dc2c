package io.millrace.core;

import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count_distinct;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.row_number;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapGroupsWithStateFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.KeyValueGroupedDataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;

/** The plans of the matrix, each on a stream of one column, {@code time}. */
final class MatrixPlans {
    static final Map<String, UnaryOperator<Dataset<Row>>> ALL = all();

    private MatrixPlans() {}

    private static Map<String, UnaryOperator<Dataset<Row>>> all() {
        Map<String, UnaryOperator<Dataset<Row>>> plans = new LinkedHashMap<>();
        rowByRow(plans);
        aggregations(plans);
        duplicates(plans);
        joins(plans);
        groupsWithState(plans);
        others(plans);
        return plans;
    }

    private static void rowByRow(Map<String, UnaryOperator<Dataset<Row>>> plans) {
        plans.put("rows as they are", rows -> rows);
        plans.put("select and where", rows -> keyed(rows).where("key <> ''"));
        plans.put("watermark alone", MatrixPlans::marked);
        plans.put("current time", rows -> rows.withColumn("now", current_timestamp()));
        plans.put("monotonically increasing id", rows -> rows.withColumn("id", monotonically_increasing_id()));
    }

    private static void aggregations(Map<String, UnaryOperator<Dataset<Row>>> plans) {
        WindowedAggregation windowed =
                Transforms.windowedCount("time", ofMinutes(10)).by("key");
        SessionAggregation sessions =
                Transforms.sessionCount("time", ofMinutes(10)).by("key");
        plans.put("count of all", rows -> rows.groupBy().count());
        plans.put("count by key", rows -> keyed(rows).transform(Transforms.countBy("key")));
        plans.put("count by key, watermark", rows -> marked(rows).transform(Transforms.countBy("key")));
        plans.put("count by event time, watermark", rows -> marked(rows).transform(Transforms.countBy("time")));
        plans.put("windowed count", rows -> keyed(rows).transform(windowed));
        plans.put("windowed count, watermark", rows -> marked(rows).transform(windowed));
        plans.put("session count", rows -> keyed(rows).transform(sessions));
        plans.put("session count, watermark", rows -> marked(rows).transform(sessions));
        plans.put(
                "windowed count of windowed count, watermark",
                rows -> marked(rows)
                        .transform(windowed.withWindowTime())
                        .transform(Transforms.windowedCount("window_time", ofMinutes(20))));
        plans.put(
                "windowed count of windowed count",
                rows -> keyed(rows)
                        .transform(windowed.withWindowTime())
                        .transform(Transforms.windowedCount("window_time", ofMinutes(20))));
        plans.put(
                "count of windowed count, watermark",
                rows -> marked(rows).transform(windowed).transform(Transforms.countBy("key")));
        plans.put(
                "distinct aggregate, watermark",
                rows -> marked(rows)
                        .transform(Transforms.windowed("time", ofMinutes(10))
                                .aggregate(count_distinct(col("key")).as("keys"))));
        plans.put("rollup", rows -> keyed(rows).rollup("key").count());
    }

    private static void duplicates(Map<String, UnaryOperator<Dataset<Row>>> plans) {
        plans.put("distinct", Dataset::distinct);
        plans.put("dropDuplicates", rows -> keyed(rows).transform(Transforms.dropDuplicates("key")));
        plans.put(
                "dropDuplicates by event time, watermark",
                rows -> marked(rows).transform(Transforms.dropDuplicates("key", "time")));
        plans.put(
                "dropDuplicatesWithinWatermark",
                rows -> keyed(rows).transform(Transforms.dropDuplicatesWithinWatermark("key")));
        plans.put(
                "dropDuplicatesWithinWatermark, watermark",
                rows -> marked(rows).transform(Transforms.dropDuplicatesWithinWatermark("key")));
        plans.put(
                "dropDuplicatesWithinWatermark, windowed count",
                rows -> marked(rows)
                        .transform(Transforms.dropDuplicatesWithinWatermark("key"))
                        .transform(Transforms.windowedCount("time", ofMinutes(10))));
        plans.put(
                "windowed count, dropDuplicates",
                rows -> marked(rows)
                        .transform(
                                Transforms.windowedCount("time", ofMinutes(10)).by("key"))
                        .transform(Transforms.dropDuplicates("key")));
    }

    private static void joins(Map<String, UnaryOperator<Dataset<Row>>> plans) {
        plans.put("join with a batch", rows -> keyed(rows).join(batch(), expr("key = other")));
        plans.put("left join with a batch", rows -> keyed(rows).join(batch(), expr("key = other"), "left"));
        plans.put("right join with a batch", rows -> keyed(rows).join(batch(), expr("key = other"), "right"));
        plans.put("join of streams", rows -> keyed(rows).join(other(rows), expr("key = other")));
        plans.put("left join of streams", rows -> keyed(rows).join(other(rows), expr("key = other"), "left"));
        plans.put(
                "left join of streams, watermarks and bounds",
                rows -> marked(rows)
                        .join(
                                other(rows).withWatermark("otherTime", "1 minute"),
                                expr("key = other AND otherTime BETWEEN time AND time + INTERVAL 1 MINUTE"),
                                "left"));
        plans.put(
                "join of streams, windowed count",
                rows -> marked(rows)
                        .join(
                                other(rows).withWatermark("otherTime", "1 minute"),
                                expr("key = other AND time = otherTime"))
                        .transform(Transforms.windowedCount("time", ofMinutes(10))));
        plans.put("union of streams", rows -> keyed(rows).union(other(rows)));
        plans.put(
                "union with a batch",
                rows -> keyed(rows).union(keyed(Spark.sql("SELECT current_timestamp() AS time"))));
    }

    private static void groupsWithState(Map<String, UnaryOperator<Dataset<Row>>> plans) {
        MapGroupsWithStateFunction<String, Row, Long, String> last = (key, rows, state) -> key;
        FlatMapGroupsWithStateFunction<String, Row, Long, String> none =
                (key, rows, state) -> rows.hasNext() ? List.of(key).iterator() : Collections.emptyIterator();
        plans.put(
                "mapGroupsWithState",
                rows -> grouped(rows)
                        .mapGroupsWithState(last, Encoders.LONG(), Encoders.STRING())
                        .toDF());
        plans.put(
                "flatMapGroupsWithState append",
                rows -> grouped(rows)
                        .flatMapGroupsWithState(
                                none,
                                OutputMode.Append(),
                                Encoders.LONG(),
                                Encoders.STRING(),
                                GroupStateTimeout.NoTimeout())
                        .toDF());
        plans.put(
                "flatMapGroupsWithState update",
                rows -> grouped(rows)
                        .flatMapGroupsWithState(
                                none,
                                OutputMode.Update(),
                                Encoders.LONG(),
                                Encoders.STRING(),
                                GroupStateTimeout.NoTimeout())
                        .toDF());
    }

    private static void others(Map<String, UnaryOperator<Dataset<Row>>> plans) {
        plans.put("sort", rows -> rows.sort("time"));
        plans.put("sort of counts", rows -> keyed(rows).groupBy("key").count().sort("count"));
        plans.put("limit", rows -> rows.limit(1));
        plans.put("sample", rows -> rows.sample(0.5, 1));
        plans.put(
                "rank",
                rows -> keyed(rows)
                        .withColumn(
                                "n", row_number().over(Window.partitionBy("key").orderBy("time"))));
    }

    private static Dataset<Row> keyed(Dataset<Row> rows) {
        return rows.withColumn("key", col("time").cast("string"));
    }

    private static Dataset<Row> marked(Dataset<Row> rows) {
        return keyed(rows).transform(Transforms.withWatermark("time", ofMinutes(1)));
    }

    private static Dataset<Row> other(Dataset<Row> rows) {
        return keyed(rows).toDF("otherTime", "other");
    }

    private static Dataset<Row> batch() {
        return Spark.sql("SELECT 'a' AS other");
    }

    private static KeyValueGroupedDataset<String, Row> grouped(Dataset<Row> rows) {
        MapFunction<Row, String> key = row -> row.getString(1);
        return keyed(rows).groupByKey(key, Encoders.STRING());
    }
}
