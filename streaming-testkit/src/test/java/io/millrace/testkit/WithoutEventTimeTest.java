package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.session_window;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Transforms;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/** Rows that a window drops because they have no event time are counted and shown. */
@StreamingTest
class WithoutEventTimeTest {
    @Test
    void countsTheRowsThatAWindowDropsWithoutATime(StreamKit kit) {
        counts(kit, window(col("time"), "10 minutes"));
    }

    @Test
    void countsThemOnceInWindowsThatOverlap(StreamKit kit) {
        counts(kit, window(col("time"), "10 minutes", "5 minutes"));
    }

    @Test
    void countsThemInWindowsOfWhichOneIsCutOff(StreamKit kit) {
        counts(kit, window(col("time"), "10 minutes", "4 minutes"));
    }

    @Test
    void countsThemInSessions(StreamKit kit) {
        counts(kit, session_window(col("time"), "10 minutes"));
    }

    private static void counts(StreamKit kit, Column window) {
        Input<Row> hits = kit.rows("hits", "zip STRING, time TIMESTAMP");
        kit.run(counted(hits, window), append())
                .batch(
                        "three hits",
                        b -> b.given(hits, row("1", null), row("2", "00:05"), row("3", null))
                                .dropsWithoutEventTime(2)
                                .dropsLate(0))
                .batch(
                        "one hit",
                        b -> b.given(hits, row("1", "00:06")).dropsLate(0).dropsWithoutEventTime(0));
    }

    /** A number is not a year: one device that counts in seconds would make every row of the others late. */
    @Test
    void aNumberForATimeLeavesTheWatermarkAlone(StreamKit kit) {
        Input<Row> documents = kit.rows("documents", "value STRING");
        Dataset<Row> hits = documents
                .rows()
                .transform(Transforms.jsonFields("value")
                        .string("zip", "$.zip")
                        .timestamp("time", "$.time")
                        .nullify());

        kit.run(counted(hits, window(col("time"), "10 minutes")), append())
                .batch(
                        "a number",
                        b -> b.given(
                                        documents,
                                        row("{\"zip\": \"1\", \"time\": 86400}"),
                                        row("{\"zip\": \"2\", \"time\": \"2026-01-01T00:05:00Z\"}"))
                                .dropsWithoutEventTime(1)
                                .dropsLate(0))
                .batch(
                        "times",
                        b -> b.given(documents, row("{\"zip\": \"2\", \"time\": \"2026-01-01T00:06:00Z\"}"))
                                .dropsWithoutEventTime(0)
                                .dropsLate(0));
    }

    @Test
    void zeroLateRowsDoNotHideRowsWithoutATime(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "zip STRING, time TIMESTAMP");
        StreamRun run = kit.run(counted(hits, window(col("time"), "10 minutes")), append());

        assertThatThrownBy(() -> run.batch(
                        "two hits",
                        b -> b.given(hits, row("1", null), row("2", "00:05")).dropsLate(0)))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageStartingWith(
                        "Batch \"two hits\" dropped 0 late rows, as expected, but 1 row without an event time"
                                + " as well: call dropsWithoutEventTime(1) before\n"
                                + "1 row has no event time:\n  no time  (1, null)")
                .hasMessageContaining("    dropped without an event time: 1\n");
    }

    @Test
    void aMissingRowIsExplainedByItsMissingTime(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "zip STRING, time TIMESTAMP");
        StreamRun run = kit.run(counted(hits, window(col("time"), "10 minutes")), append());

        assertThatThrownBy(() -> run.batch(
                        "two hits",
                        b -> b.given(hits, row("1", null), row("2", "01:00")).emits(row("1", 1))))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageContaining("1 row has no event time:");
    }

    @Test
    void anotherNumberThanExpectedFails(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "zip STRING, time TIMESTAMP");
        StreamRun run = kit.run(counted(hits, window(col("time"), "10 minutes")), append());

        assertThatThrownBy(() ->
                        run.batch("a hit", b -> b.given(hits, row("1", "00:05")).dropsWithoutEventTime(1)))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageStartingWith("Batch \"a hit\" dropped 0 rows without an event time, not 1");
    }

    @Test
    void aRowThatAFilterDropsIsNotWithoutATime(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "zip STRING, time TIMESTAMP");
        Dataset<Row> rows = hits.rows().where("zip <> '1'");
        kit.run(counted(rows, window(col("time"), "10 minutes")), append())
                .batch(
                        "two hits",
                        b -> b.given(hits, row("1", null), row("1", "00:05"), row("2", "00:05"))
                                .dropsLate(0));
    }

    private static Dataset<Row> counted(Input<Row> hits, Column window) {
        return counted(hits.rows(), window);
    }

    private static Dataset<Row> counted(Dataset<Row> rows, Column window) {
        return rows.withWatermark("time", "10 minutes")
                .groupBy(window, col("zip"))
                .count()
                .select("zip", "count");
    }
}
