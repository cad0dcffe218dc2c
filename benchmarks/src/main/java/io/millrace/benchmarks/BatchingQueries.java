package io.millrace.benchmarks;

import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.approx_count_distinct;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.last;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.rand;
import static org.apache.spark.sql.functions.session_window;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.window;

import io.millrace.core.OutputModes;
import io.millrace.testkit.AnyBatching;
import io.millrace.testkit.Input;
import io.millrace.testkit.KafkaRow;
import io.millrace.testkit.StreamKit;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.spark.api.java.function.FlatMapGroupsWithStateFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapGroupsWithStateFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.RelationalGroupedDataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.streaming.GroupState;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.DataTypes;

/** Queries of which it is known whether their result depends on how their rows are cut into batches. */
final class BatchingQueries {
    private static final AtomicLong CALLS = new AtomicLong();

    /** A query and its output mode, and the proof, which has rows for it. */
    record BatchingQuery(
            String name, AnyBatching proof, Function<AnyBatching.Rows, Dataset<Row>> query, OutputMode mode) {
        /** Throws if its result depends on the cut. */
        void check() {
            proof.check(query, mode);
        }
    }

    private final Input<Row> hits;
    private final Input<Row> users;
    private final Input<Row> lateHits;
    private final Input<KafkaRow> records;
    private final AnyBatching ofHits;
    private final AnyBatching ofHitsAndUsers;
    private final AnyBatching ofLateHits;
    private final AnyBatching ofRecords;

    BatchingQueries(StreamKit kit) {
        hits = kit.rows("hits", "k STRING, v BIGINT, x DOUBLE, time TIMESTAMP");
        users = kit.rows("users", "id STRING, name STRING, since TIMESTAMP");
        lateHits = kit.rows("late hits", "k STRING, v BIGINT, x DOUBLE, time TIMESTAMP");
        records = kit.kafkaWithHeaders("records");
        AnyBatching proof = kit.anyBatching().seed(1);
        ofHits = proof.given(
                hits,
                row("a", 1, 0.1, "00:01"),
                row("b", 2, 0.2, "00:02"),
                row("a", 3, 0.2, "00:04"),
                row("a", 3, 0.2, "00:04"),
                row("c", 4, 0.3, "00:11"),
                row("a", 5, 0.3, "00:12"),
                row("b", 6, 0.7, "00:25"),
                row("z", 7, 0.9, "01:30"));
        ofHitsAndUsers =
                ofHits.given(users, row("a", "Ada", "00:00"), row("b", "Bob", "00:03"), row("z", "Zoe", "01:30"));
        ofLateHits = proof.given(
                lateHits,
                row("a", 1, 0.1, "00:01"),
                row("b", 1, 0.1, "00:35"),
                row("a", 2, 0.1, "00:02"),
                row("z", 3, 0.1, "01:30"));
        ofRecords = proof.given(
                records,
                KafkaRow.value("1").key("a").header("trace", "x"),
                KafkaRow.value("2").key("b").header("trace", "y").header("trace", "z"),
                KafkaRow.value("3").key("a"));
    }

    List<BatchingQuery> dependent() {
        return List.of(
                complete("first", rows -> byKey(rows).agg(first("v").as("v"))),
                complete("last", rows -> byKey(rows).agg(last("v").as("v"))),
                complete(
                        "collect_list",
                        rows -> byKey(rows).agg(collect_list("v").as("v"))),
                append(
                        "dropDuplicates that keeps other columns",
                        rows -> rows.of(hits).dropDuplicates("k")),
                append("limit", rows -> rows.of(hits).limit(2)),
                append("rand", rows -> rows.of(hits).withColumn("r", rand())),
                append("uuid", rows -> rows.of(hits).withColumn("r", expr("uuid()"))),
                append("current_timestamp", rows -> rows.of(hits).withColumn("now", current_timestamp())),
                append(
                        "a function that counts its calls",
                        rows -> rows.of(hits)
                                .withColumn(
                                        "n",
                                        udf((UDF0<Long>) CALLS::incrementAndGet, DataTypes.LongType)
                                                .asNondeterministic()
                                                .apply())),
                complete("sum of doubles", rows -> byKey(rows).agg(sum("x").as("x"))),
                append("window with a late row", ofLateHits, rows -> windowed(rows.of(lateHits))));
    }

    List<BatchingQuery> sound() {
        return List.of(
                append(
                        "select and filter",
                        rows -> rows.of(hits).filter("v > 2").select("k", "v")),
                complete("count", rows -> byKey(rows).count()),
                update("sum", rows -> byKey(rows).agg(sum("v").as("v")), "k"),
                append("windows with a watermark", rows -> windowed(rows.of(hits))),
                append("left outer join with a watermark", ofHitsAndUsers, rows -> join(rows, "left_outer")),
                update("windows", rows -> windowed(rows.of(hits)), "window", "k"),
                complete(
                        "sessions",
                        rows -> rows.of(hits)
                                .groupBy(session_window(col("time"), "5 minutes"), col("k"))
                                .count()),
                append("dropDuplicates of whole rows", rows -> rows.of(hits).dropDuplicates()),
                complete("collect_set", rows -> byKey(rows).agg(collect_set("v").as("v"))),
                complete(
                        "approximate distinct and max_by",
                        rows -> byKey(rows)
                                .agg(
                                        approx_count_distinct("v").as("n"),
                                        max_by(col("time"), col("v")).as("latest"))),
                complete("average", rows -> byKey(rows).agg(avg("v").as("v"))),
                update("mapGroupsWithState", this::counted, "k"),
                append("inner join", ofHitsAndUsers, rows -> join(rows, "inner")),
                append("event-time timeouts", this::closed),
                append("Kafka's headers", ofRecords, rows -> rows.of(records).select("key", "value", "headers")));
    }

    private RelationalGroupedDataset byKey(AnyBatching.Rows rows) {
        return rows.of(hits).groupBy("k");
    }

    private static Dataset<Row> windowed(Dataset<Row> rows) {
        return rows.withWatermark("time", "10 minutes")
                .groupBy(window(col("time"), "10 minutes"), col("k"))
                .agg(count("v").as("n"));
    }

    private Dataset<Row> join(AnyBatching.Rows rows, String type) {
        return rows.of(hits)
                .withWatermark("time", "10 minutes")
                .join(
                        rows.of(users).withWatermark("since", "10 minutes"),
                        expr("k = id AND since BETWEEN time - INTERVAL 5 MINUTES AND time + INTERVAL 5 MINUTES"),
                        type);
    }

    private Dataset<Row> counted(AnyBatching.Rows rows) {
        return rows.of(hits)
                .groupByKey((MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING())
                .mapGroupsWithState(
                        (MapGroupsWithStateFunction<String, Row, Long, String>) (key, values, state) -> {
                            long count = state.exists() ? state.get() : 0;
                            for (; values.hasNext(); values.next()) {
                                count++;
                            }
                            state.update(count);
                            return key + "=" + count;
                        },
                        Encoders.LONG(),
                        Encoders.STRING(),
                        GroupStateTimeout.NoTimeout())
                .selectExpr("split(value, '=')[0] AS k", "split(value, '=')[1] AS n");
    }

    /** The number of rows of each key, emitted when the watermark has passed the last of them by 20 minutes. */
    private Dataset<Row> closed(AnyBatching.Rows rows) {
        FlatMapGroupsWithStateFunction<String, Row, Long, String> count = BatchingQueries::countUntilTimeout;
        return rows.of(hits)
                .filter("k <> 'a'")
                .withWatermark("time", "10 minutes")
                .groupByKey((MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING())
                .flatMapGroupsWithState(
                        count,
                        OutputMode.Append(),
                        Encoders.LONG(),
                        Encoders.STRING(),
                        GroupStateTimeout.EventTimeTimeout())
                .toDF("closed");
    }

    private static Iterator<String> countUntilTimeout(String key, Iterator<Row> rows, GroupState<Long> state) {
        if (state.hasTimedOut()) {
            String closed = key + "=" + state.get();
            state.remove();
            return List.of(closed).iterator();
        }
        long count = state.exists() ? state.get() : 0;
        long latest = 0;
        while (rows.hasNext()) {
            Object time = rows.next().get(3);
            long millis =
                    time instanceof Instant instant ? instant.toEpochMilli() : ((java.sql.Timestamp) time).getTime();
            latest = Math.max(latest, millis);
            count++;
        }
        state.update(count);
        state.setTimeoutTimestamp(latest + 40 * 60_000L);
        return List.<String>of().iterator();
    }

    private BatchingQuery append(String name, Function<AnyBatching.Rows, Dataset<Row>> query) {
        return append(name, ofHits, query);
    }

    private static BatchingQuery append(
            String name, AnyBatching proof, Function<AnyBatching.Rows, Dataset<Row>> query) {
        return new BatchingQuery(name, proof, query, OutputModes.append());
    }

    private BatchingQuery complete(String name, Function<AnyBatching.Rows, Dataset<Row>> query) {
        return new BatchingQuery(name, ofHits, query, OutputModes.complete());
    }

    private BatchingQuery update(String name, Function<AnyBatching.Rows, Dataset<Row>> query, String... keys) {
        return new BatchingQuery(name, ofHits.keyedBy(keys), query, OutputModes.update());
    }
}
