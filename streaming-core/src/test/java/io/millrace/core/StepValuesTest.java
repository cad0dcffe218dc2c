package io.millrace.core;

import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** Steps as values: equal if equal calls made them, and described in full. */
class StepValuesTest {
    private static final Dataset<Row> TABLE = Spark.sql("SELECT 1 AS n");
    private static final Dataset<Row> STREAM = Spark.rate();
    private static final Function<SparkSession, Dataset<Row>> LOADED = StepValuesTest::loaded;
    private static final UnaryOperator<Dataset<Row>> LIMIT = StepValuesTest::limited;

    /** Each makes another step; no two are equal, or described alike unless only a function tells them apart. */
    private static final List<Supplier<Object>> CALLS = List.of(
            () -> Transforms.jsonField("zip", "$.zip"),
            () -> Transforms.jsonField("zip", "$.city"),
            () -> Transforms.jsonFields("value").string("zip", "$.zip"),
            () -> Transforms.jsonFields("value").string("zip", "$.zip").fail(),
            () -> Transforms.jsonFields("value").string("zip", "$.zip").route(),
            () -> Transforms.jsonFields("value").string("zip", "$.zip").route().malformed(),
            () -> Transforms.jsonFields("value").string("zip", "$.zip").mark(),
            () -> Transforms.jsonFields("value").string("zip", "$.zip").mark().good(),
            () -> Transforms.jsonFields("value").string("zip", "$.zip").mark().malformed(),
            () -> Transforms.timeMarks("at"),
            () -> Transforms.timeMarks("at").aheadAtMost(ofMinutes(1), "received"),
            () -> Transforms.timeMarks("at").behindAtMost(ofMinutes(1), "received"),
            () -> Transforms.timeMarks("at").valueFrom("text"),
            () -> Transforms.timeMarks("at").good(),
            () -> Transforms.timeMarks("at").malformed(),
            () -> Transforms.jsonFields("value").each("$.zips[*]", zip -> zip.string("zip", "$")),
            () -> Transforms.jsonFields("value").each("$.zips[*]", zip -> zip.integer("zip", "$")),
            () -> Transforms.jsonFields("value").eachOuter("$.zips[*]", zip -> zip.string("zip", "$")),
            () -> Transforms.jsonFields("value").integer("zip", "$.zip"),
            () -> Transforms.jsonFields("value").decimal("zip", "$.zip", 10, 2),
            () -> Transforms.jsonFields("value").decimal("zip", "$.zip", 10, 3),
            () -> Transforms.withWatermark("at", ofMinutes(1)),
            () -> Transforms.withWatermark("at", ofMinutes(2)),
            () -> Transforms.withWatermark("at", ofMinutes(1)).aheadAtMost(ofMinutes(1)),
            () -> Transforms.withWatermark("at", ofMinutes(1)).aheadAtMost(ofMinutes(2)),
            () -> Transforms.withWatermark("at", ofMinutes(1))
                    .aheadAtMost(ofMinutes(2))
                    .keep(),
            () -> Transforms.withWatermark("at", ofMinutes(1)).aheadAtMost(ofMinutes(2), "received"),
            () -> Transforms.withWatermark("at", ofMinutes(1))
                    .aheadAtMost(ofMinutes(2), "received")
                    .ahead(),
            () -> Transforms.windowedCount("at", ofMinutes(10)),
            () -> Transforms.windowedCount("at", ofMinutes(10)).every(ofMinutes(5)),
            () -> Transforms.windowedCount("at", ofMinutes(10)).startingAt(ofMinutes(5)),
            () -> Transforms.windowedCount("at", ofMinutes(10)).withWindowTime(),
            () -> Transforms.windowedCount("at", ofMinutes(10)).by("zip"),
            () -> Transforms.windowedCount("at", ofMinutes(10)).by(col("zip").as("plz")),
            () -> Transforms.windowed("at", ofMinutes(10)).aggregate(sum("n").as("total")),
            () -> Transforms.windowed("at", ofMinutes(10)).aggregate(sum("n").as("sum")),
            () -> Transforms.windowedCount("at", CalendarWindow.days(ZoneId.of("Europe/Brussels"))),
            () -> Transforms.windowed("at", CalendarWindow.days(ZoneId.of("America/Lima"))),
            () -> Transforms.sessionCount("at", ofMinutes(10)),
            () -> Transforms.sessionCount("at", ofMinutes(10)).by("zip"),
            () -> Transforms.sessionCount("at", ofMinutes(10)).aggregate(sum("n")),
            () -> Transforms.countBy("zip"),
            () -> Transforms.countBy(col("zip").as("plz")),
            () -> Transforms.dropDuplicates("zip"),
            () -> Transforms.dropDuplicatesWithinWatermark("zip"),
            () -> Transforms.select("zip"),
            () -> Transforms.select(col("zip").as("plz")),
            () -> Transforms.withColumn("zip", "plz"),
            () -> Transforms.withColumn("zip", col("n").plus(1)),
            () -> Transforms.drop("zip"),
            () -> Transforms.explode("items", "item"),
            () -> Transforms.explodeOuter("items", "item"),
            () -> Transforms.union(TABLE),
            () -> Transforms.join(TABLE, "n"),
            () -> Transforms.joinStream(STREAM, "n"),
            () -> Transforms.joinStream(STREAM, "n", "m"),
            () -> Transforms.joinStream(STREAM, "n").times("a", "b"),
            () -> Transforms.joinStream(STREAM, "n").times("a", "b").within(ofMinutes(1)),
            () -> Transforms.joinStream(STREAM, "n").times("a", "b").between(ofMinutes(-1), ofMinutes(1)),
            () -> Transforms.joinStream(STREAM, "n").left(),
            () -> Transforms.joinStream(STREAM, "n").right(),
            () -> Transforms.joinStream(STREAM, "n").full(),
            () -> Transforms.joinStream(STREAM, "n").semi(),
            () -> Transforms.join(LOADED, "n"),
            () -> Transforms.leftJoin(TABLE, "n"),
            () -> Transforms.fillNulls("n", 1),
            () -> Transforms.fillNulls("n", new BigDecimal("1.5")),
            () -> Transforms.where("n > 1"),
            () -> Transforms.where(col("n").gt(2)),
            () -> Transforms.rename("zip", "plz"),
            () -> Transforms.cast("n", DataTypes.LongType),
            () -> Transforms.cast("n", "decimal(10,2)"),
            () -> Transforms.toJson(),
            () -> Transforms.toJson("n"),
            () -> Transforms.toJson("n").keyedBy("n"),
            () -> Transforms.of("limit", LIMIT),
            () -> Transforms.select("zip").andThen(Transforms.drop("n")),
            () -> Transforms.select("zip").andThen(Transforms.drop("n")).andThen(Transforms.drop("n")),
            () -> Sources.rate().via(Transforms.drop("n")),
            () -> Sources.union(
                    Sources.of(Spark.rate()), Sources.of(Spark.rate()).via(Transforms.drop("n"))));

    @Test
    void equalCallsMakeEqualSteps() {
        for (Supplier<Object> call : CALLS.subList(0, CALLS.size() - 2)) {
            assertThat(call.get()).isEqualTo(call.get()).hasSameHashCodeAs(call.get());
            assertThat(call.get().toString()).isEqualTo(call.get().toString());
        }
    }

    @Test
    void otherCallsMakeOtherSteps() {
        for (Supplier<Object> call : CALLS) {
            for (Supplier<Object> other : CALLS) {
                if (call != other) {
                    assertThat(call.get()).isNotEqualTo(other.get());
                    assertThat(call.get().toString()).isNotEqualTo(other.get().toString());
                }
            }
        }
    }

    @Test
    void toStringIsTheDescription() {
        CALLS.stream()
                .map(Supplier::get)
                .forEach(step -> assertThat(step.toString())
                        .isEqualTo(step instanceof Transform t ? t.describe() : ((Source) step).describe()));
    }

    @Test
    void aFunctionIsEqualToItselfAlone() {
        assertThat(Transforms.of("limit", LIMIT)).isNotEqualTo(Transforms.of("limit", rows -> rows.limit(1)));
        assertThat(Transforms.join(LOADED, "n")).isNotEqualTo(Transforms.join(spark -> TABLE, "n"));
    }

    @Test
    void theOrderOfCompositionDoesNotCount() {
        Transform a = Transforms.drop("a");
        Transform b = Transforms.drop("b");
        Transform c = Transforms.drop("c");

        assertThat(a.andThen(b).andThen(c)).isEqualTo(a.andThen(b.andThen(c)));
    }

    private static Dataset<Row> loaded(SparkSession spark) {
        return TABLE;
    }

    private static Dataset<Row> limited(Dataset<Row> rows) {
        return rows.limit(1);
    }
}
