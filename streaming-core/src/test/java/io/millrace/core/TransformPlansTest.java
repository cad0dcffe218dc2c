package io.millrace.core;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.explode_outer;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.session_window;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.to_date;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A block has no cost: its physical plan and its rows are those of the same step written by hand, except for the JSON
 * steps, whose plan is better.
 */
class TransformPlansTest {
    @ParameterizedTest(name = "{0}")
    @MethodSource("steps")
    void aBlockIsTheStepWrittenByHand(Transform block, UnaryOperator<Dataset<Row>> byHand) {
        Dataset<Row> hits = Spark.sql("SELECT * FROM VALUES"
                + " (TIMESTAMP '2026-01-01 00:06:00', '9000', 2, '{\"a\":\"x\"}'),"
                + " (TIMESTAMP '2026-01-01 00:07:00', '9000', 3, '{\"a\":null}'),"
                + " (TIMESTAMP '2026-01-01 01:07:00', '9001', 2, NULL) AS hits (hittime, zip, n, value)");

        Dataset<Row> blocks = hits.transform(block);
        Dataset<Row> written = byHand.apply(hits);

        assertThat(Spark.physicalPlan(blocks)).isEqualTo(Spark.physicalPlan(written));
        assertThat(blocks.schema()).isEqualTo(written.schema());
        assertThat(Spark.lines(blocks)).isEqualTo(Spark.lines(written)).isNotEmpty();
    }

    private static final Map<String, String> TIMES = Map.of(
            "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
            "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
            "timeZone", "UTC");

    static Stream<Arguments> steps() {
        return Stream.of(rowByRow(), columns(), rowsOfOthers(), aggregations()).flatMap(steps -> steps);
    }

    private static Stream<Arguments> rowByRow() {
        return Stream.of(
                step(
                        Transforms.withWatermark("hittime", ofMinutes(10)),
                        hits -> hits.withWatermark("hittime", "10 minutes")),
                step(Transforms.select("zip", "n"), hits -> hits.select("zip", "n")),
                step(
                        Transforms.select(col("n").multiply(2).as("twice")),
                        hits -> hits.select(col("n").multiply(2).as("twice"))),
                step(Transforms.where("zip = '9000'"), hits -> hits.where("zip = '9000'")),
                step(Transforms.where(col("n").gt(2)), hits -> hits.where(col("n").gt(2))),
                step(Transforms.rename("zip", "plz"), hits -> hits.withColumnRenamed("zip", "plz")),
                step(
                        Transforms.cast("zip", DataTypes.IntegerType),
                        hits -> hits.withColumn("zip", col("zip").cast("int"))),
                step(
                        Transforms.toJson().keyedBy("zip"),
                        hits -> hits.select(
                                col("zip").cast("string").as("key"),
                                to_json(struct("*"), TIMES).as("value"))),
                step(
                        Transforms.toJson("zip", "n"),
                        hits -> hits.select(to_json(struct("zip", "n"), TIMES).as("value"))),
                step(Transforms.of("first", hits -> hits.limit(1)), hits -> hits.limit(1)));
    }

    private static Stream<Arguments> columns() {
        return Stream.of(
                step(Transforms.withColumn("n", col("n").plus(1)), hits -> hits.withColumn("n", col("n").plus(1))),
                step(Transforms.withColumn("twice", "n * 2"), hits -> hits.withColumn("twice", expr("n * 2"))),
                step(Transforms.drop("n", "value"), hits -> hits.drop("n", "value")),
                step(
                        Transforms.tryCast("n", "decimal(10,2)"),
                        hits -> hits.withColumn("n", expr("try_cast(n AS decimal(10,2))"))),
                step(
                        Transforms.cast("n", "decimal(10,2)"),
                        hits -> hits.withColumn("n", col("n").cast("decimal(10,2)"))),
                step(
                        Transforms.fillNulls("value", "none"),
                        hits -> hits.withColumn("value", coalesce(col("value"), lit("none")))),
                step(
                        Transforms.withColumn("parts", "split(value, ':')")
                                .andThen(Transforms.explode("parts", "part")),
                        hits -> hits.withColumn("parts", split(col("value"), ":"))
                                .withColumn("part", explode(col("parts")))
                                .drop("parts")),
                step(
                        Transforms.withColumn("parts", "split(value, ':')")
                                .andThen(Transforms.explodeOuter("parts", "parts")),
                        hits -> hits.withColumn("parts", split(col("value"), ":"))
                                .withColumn("parts", explode_outer(col("parts")))));
    }

    private static Stream<Arguments> rowsOfOthers() {
        Dataset<Row> cities =
                Spark.sql("SELECT * FROM VALUES ('9000', 'St. Gallen'), ('9000', 'Gossau') AS cities (zip, city)");
        Dataset<Row> more =
                Spark.sql("SELECT '{}' AS value, 7 AS n, '9002' AS zip, TIMESTAMP '2026-01-02 00:00:00' AS hittime");
        return Stream.of(
                step(Transforms.union(more), hits -> hits.unionByName(more)),
                step(Transforms.join(cities, "zip"), hits -> hits.join(cities, "zip")),
                step(
                        Transforms.leftJoin(spark -> cities, "zip"),
                        hits -> hits.join(cities, new String[] {"zip"}, "left")));
    }

    private static Stream<Arguments> aggregations() {
        return Stream.of(
                step(
                        Transforms.windowedCount("hittime", ofMinutes(10))
                                .every(ofMinutes(5))
                                .startingAt(ofMinutes(2))
                                .by("zip"),
                        hits -> hits.groupBy(window(col("hittime"), "10 minutes", "5 minutes", "2 minutes"), col("zip"))
                                .count()
                                .select("window.start", "window.end", "zip", "count")
                                .toDF("window_start", "window_end", "zip", "count")),
                step(
                        Transforms.windowed("hittime", ofHours(1)).aggregate(sum("n").as("total"), sum("n")),
                        hits -> hits.groupBy(window(col("hittime"), "1 hour"))
                                .agg(sum("n").as("total"), sum("n"))
                                .select(
                                        col("window.start").as("window_start"),
                                        col("window.end").as("window_end"),
                                        col("total"),
                                        col("sum(n)"))),
                step(
                        Transforms.sessionCount("hittime", ofMinutes(30)).by("zip"),
                        hits -> hits.groupBy(session_window(col("hittime"), "30 minutes"), col("zip"))
                                .count()
                                .select(
                                        col("session_window.start").as("session_start"),
                                        col("session_window.end").as("session_end"),
                                        col("zip"),
                                        col("count"))),
                step(
                        Transforms.windowedCount("hittime", ofHours(1))
                                .by(to_date(col("hittime")).as("day")),
                        hits -> hits.groupBy(
                                        window(col("hittime"), "1 hour"),
                                        to_date(col("hittime")).as("day"))
                                .count()
                                .select(
                                        col("window.start").as("window_start"),
                                        col("window.end").as("window_end"),
                                        col("day"),
                                        col("count"))),
                step(
                        Transforms.countBy(to_date(col("hittime"))),
                        hits -> hits.groupBy(to_date(col("hittime"))).count()),
                step(Transforms.countBy("zip"), hits -> hits.groupBy("zip").count()),
                step(Transforms.dropDuplicates("zip"), hits -> hits.dropDuplicates("zip")),
                step(Transforms.dropDuplicates(), Dataset::dropDuplicates));
    }

    private static Arguments step(Transform block, UnaryOperator<Dataset<Row>> byHand) {
        return Arguments.of(block, byHand);
    }
}
