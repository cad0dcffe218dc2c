package io.millrace.core;

import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class TransformsTest {
    @Test
    void aFieldOfADocumentBecomesAColumn() {
        Dataset<Row> rows = Spark.sql("SELECT 7 AS id, CAST('{\"zip\":\"9000\"}' AS BINARY) AS value");

        Dataset<Row> zips = rows.transform(Transforms.jsonField("zip", "$.zip")).drop("value");

        assertThat(Spark.lines(zips)).containsExactly("[7,9000]");
    }

    @Test
    void aFieldCanComeFromAnyColumn() {
        Dataset<Row> rows = Spark.sql("SELECT '{\"zip\":\"9000\"}' AS payload");

        assertThat(Spark.lines(rows.transform(Transforms.jsonField("payload", "zip", "$.zip"))))
                .containsExactly("[{\"zip\":\"9000\"},9000]");
    }

    @Test
    void countsInSlidingWindowsThatStartLate() {
        Dataset<Row> hits = Spark.sql("SELECT '9000' AS zip, TIMESTAMP '2026-01-01 00:06:00' AS hittime");

        Dataset<Row> counts = hits.transform(Transforms.windowedCount("hittime", ofMinutes(10))
                .every(ofMinutes(5))
                .startingAt(ofMinutes(2))
                .by("zip"));

        assertThat(counts.columns()).containsExactly("window_start", "window_end", "zip", "count");
        assertThat(Spark.lines(counts))
                .containsExactly(
                        "[2025-12-31 23:57:00,2026-01-01 00:07:00,9000,1]",
                        "[2026-01-01 00:02:00,2026-01-01 00:12:00,9000,1]");
    }

    @Test
    void countsAsHandWrittenSparkDoes() {
        Dataset<Row> rows =
                Spark.sql("SELECT '{\"zip\":\"9000\"}' AS value, TIMESTAMP '2026-01-01 00:06:00' AS hittime");

        Transform counted = Transforms.withWatermark("hittime", ofMinutes(10))
                .andThen(Transforms.windowedCount("hittime", ofMinutes(10))
                        .every(ofMinutes(5))
                        .by("zip"));
        Dataset<Row> zips = rows.withColumn("zip", get_json_object(col("value").cast("string"), "$.zip"));
        Dataset<Row> byHand = zips.withWatermark("hittime", "10 minutes")
                .groupBy(window(col("hittime"), "10 minutes", "5 minutes"), col("zip"))
                .count()
                .select(
                        col("window.start").as("window_start"),
                        col("window.end").as("window_end"),
                        col("zip"),
                        col("count"));

        assertThat(Spark.physicalPlan(zips.transform(counted))).isEqualTo(Spark.physicalPlan(byHand));
        assertThat(Spark.lines(
                        rows.transform(Transforms.jsonField("zip", "$.zip")).transform(counted)))
                .isEqualTo(Spark.lines(byHand))
                .hasSize(2);
    }

    @Test
    void refusesAMissingColumnAndNamesTheExistingOnes() {
        assertThatThrownBy(() -> Spark.rate()
                        .transform(Transforms.windowedCount("hittime", ofMinutes(1))
                                .by("zip")))
                .isInstanceOf(ValidationException.class)
                .hasMessage(String.join(
                        System.lineSeparator(),
                        "Transform windowed(hittime, PT1M).by(zip) has 2 problems:",
                        "  - windowed(hittime): there is no such column (columns: timestamp, value)."
                                + " Name one of these, or add the column in an earlier step.",
                        "  - by(zip): there is no such column (columns: timestamp, value)."
                                + " Name one of these, or add the column in an earlier step."));
    }

    @Test
    void refusesAColumnOfAnotherType() {
        assertThatThrownBy(() -> Spark.rate().transform(Transforms.withWatermark("value", ofMinutes(1))))
                .hasMessage("Transform withWatermark(value, PT1M): withWatermark(value): the column is bigint, but"
                        + " timestamp is required. Make it a timestamp first, such as with cast(\"value\","
                        + " DataTypes.TimestampType).");
        assertThatThrownBy(() -> Spark.rate().transform(Transforms.jsonField("zip", "$.zip")))
                .hasMessageContaining("jsonField(value): the column is bigint, but binary or string is required.");
    }

    @Test
    void refusesAnInvalidWindowAtTheCall() {
        WindowedAggregation tenMinutes = Transforms.windowedCount("hittime", ofMinutes(10));

        assertThatThrownBy(() -> tenMinutes.every(ofMinutes(11)))
                .hasMessage(
                        "every(PT11M): longer than the window of PT10M, so that some rows would fall into no window."
                                + " Shorten it, or lengthen the window.");
        assertThatThrownBy(() -> tenMinutes.every(ofMinutes(5)).startingAt(ofMinutes(5)))
                .hasMessage("startingAt(PT5M): must be shorter than the PT5M between two windows. An offset of whole"
                        + " windows changes nothing: use the remainder.");
        assertThatThrownBy(() -> Transforms.windowedCount("hittime", Duration.ZERO))
                .hasMessage(
                        "windowed(PT0S): must be longer than zero. Name a duration such as Duration.ofMinutes(10).");
        assertThatThrownBy(() -> Transforms.withWatermark("hittime", Duration.ofNanos(1)))
                .hasMessage("withWatermark(PT0.000000001S): Spark counts in microseconds. Round the duration to them.");
        assertThatThrownBy(() -> Transforms.jsonField("zip", "zip"))
                .hasMessage("jsonField(zip, zip): a path starts with $. Write $.zip for a field.");
    }

    @Test
    void refusesToMakeTwoColumnsOfOneName() {
        Dataset<Row> rows = Spark.sql("SELECT TIMESTAMP '2026-01-01 00:06:00' AS at, 1 AS window, 2 AS count,"
                + " 3 AS window_start, 4 AS WINDOW_END, 5 AS session_window, 6 AS window_time");
        WindowedAggregation windows = Transforms.windowedCount("at", ofMinutes(1));

        for (String name : List.of("window", "count", "window_start", "WINDOW_END")) {
            assertThatThrownBy(() -> rows.transform(windows.by(name)))
                    .isInstanceOf(ValidationException.class)
                    .hasMessage("Transform windowed(at, PT1M).by(" + name + "): by(" + name
                            + "): two columns would be named " + name
                            + ". Rename yours in an earlier step, such as with rename(\"x\", \"my_x\").");
        }
        assertThatThrownBy(() -> rows.transform(windows.by("window_time").withWindowTime()))
                .hasMessageContaining("two columns would be named window_time");
        assertThatThrownBy(() -> rows.transform(windows.by("at", "AT")))
                .hasMessageContaining("two columns would be named AT");
        assertThatThrownBy(() -> rows.transform(windows.aggregate(sum("count").as("window"))))
                .hasMessageContaining(
                        "aggregate(window): two columns would be named window. Give it another name with as(...).");
        assertThatThrownBy(() -> rows.transform(
                        windows.by("window_time").aggregate(sum("count").as("window_time"))))
                .hasMessageContaining("by(window_time): two columns would be named window_time");
        assertThatThrownBy(() -> rows.transform(
                        Transforms.sessionCount("at", ofMinutes(1)).by("session_window")))
                .hasMessageContaining("two columns would be named session_window");
        assertThatThrownBy(() -> rows.transform(Transforms.countBy("at", "count")))
                .hasMessageContaining("countBy(count): two columns would be named count");
        assertThatThrownBy(() -> rows.transform(Transforms.rename("window", "Count")))
                .hasMessageContaining("rename(Count): two columns would be named Count");
    }

    @Test
    void sessionsOfAStreamNeedAColumnToGroupBy() {
        SessionAggregation sessions = Transforms.sessionCount("timestamp", ofMinutes(1));
        Dataset<Row> stream = Sources.rate().load(Spark.session());

        assertThatThrownBy(() -> stream.transform(sessions))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Call by(...) with the column whose sessions are meant.");
        assertThat(stream.transform(sessions.by("value")).columns()).endsWith("value", "count");
        assertThat(Spark.lines(Spark.sql("SELECT TIMESTAMP '2026-01-01 00:06:00' AS timestamp")
                        .transform(sessions.aggregate(sum(lit(1)).as("n")))))
                .hasSize(1);
    }

    @Test
    void columnsThatAreNotPartOfTheStepKeepTheirNames() {
        Dataset<Row> rows =
                Spark.sql("SELECT TIMESTAMP '2026-01-01 00:06:00' AS at, 1 AS window, 2 AS count," + " '9000' AS zip");

        assertThat(Spark.lines(rows.transform(Transforms.windowed("at", ofMinutes(1))
                        .by("zip")
                        .aggregate(sum("window").as("w"), sum("count").as("count")))))
                .containsExactly("[2026-01-01 00:06:00,2026-01-01 00:07:00,9000,1,2]");
        assertThat(rows.transform(Transforms.rename("window", "WINDOW")).columns())
                .containsExactly("at", "WINDOW", "count", "zip");
    }
}
