package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Rows without a usable time that branches on one read take apart. */
class TimeMarksTest {
    private static final TimeMarks TIMES = Transforms.timeMarks("at")
            .aheadAtMost(Duration.ofMinutes(5), "timestamp")
            .behindAtMost(Duration.ofDays(1), "timestamp");
    private static final JsonMarks HITS =
            Transforms.jsonFields("value").timestamp("at", "$.at").mark();

    private static final String GOOD = "{\"at\":\"2026-01-01T12:05:00Z\"}";
    private static final String AHEAD = "{\"at\":\"2026-01-01T12:05:00.000001Z\"}";
    private static final String EARLY = "{\"at\":\"2025-12-31T12:00:00Z\"}";
    private static final String BEHIND = "{\"at\":\"2025-12-31T11:59:59.999999Z\"}";
    private static final String WITHOUT = "{}";
    private static final String BROKEN = "{";

    @Test
    void aRowIsMarkedByItsFirstFault() {
        Dataset<Row> marked = TIMES.apply(HITS.apply(records(GOOD, AHEAD, EARLY, BEHIND, WITHOUT, BROKEN)));

        assertThat(marked.columns())
                .containsExactly("key", "value", "topic", "partition", "offset", "timestamp", "at", "malformed");
        assertThat(Spark.lines(TIMES.good().apply(marked).selectExpr("string(value)")))
                .containsExactlyInAnyOrder("[" + GOOD + "]", "[" + EARLY + "]");
        assertThat(Spark.lines(TIMES.malformed()
                        .apply(marked)
                        .selectExpr("string(value)", "string(key)", "topic", "partition", "offset", "reason")))
                .containsExactlyInAnyOrder(
                        "[" + AHEAD + ",k,hits,3,7,at is more than PT5M later than timestamp, or that is NULL]",
                        "[" + BEHIND + ",k,hits,3,7,at is more than PT24H earlier than timestamp, or that is NULL]",
                        "[" + WITHOUT + ",k,hits,3,7,at is NULL]",
                        "[" + BROKEN + ",k,hits,3,7,malformed JSON at character 1: Unexpected end-of-input: expected"
                                + " close marker for Object]");
    }

    @Test
    void everyRowIsGoodOrMalformedAlsoWithoutAClock() {
        Dataset<Row> marked = TIMES.apply(HITS.apply(records(GOOD, BEHIND, WITHOUT, BROKEN))
                .selectExpr("* ", "timestamp as unused")
                .drop("timestamp")
                .selectExpr("*", "cast(null as timestamp) as timestamp"));

        assertThat(TIMES.good().apply(marked).count()).isZero();
        assertThat(TIMES.malformed().apply(marked).count()).isEqualTo(4);
    }

    @Test
    void itMarksAloneAndWithBytesOfAnotherColumn() {
        TimeMarks times = Transforms.timeMarks("at").valueFrom("text");
        Dataset<Row> rows = Spark.session()
                .createDataset(List.of("a", "b"), Encoders.STRING())
                .selectExpr("value as text", "if(value = 'a', timestamp'2026-01-01', null) as at");

        Dataset<Row> marked = times.apply(rows);

        assertThat(Spark.lines(times.good().apply(marked).select("text"))).containsExactly("[a]");
        assertThat(Spark.lines(times.malformed().apply(marked).selectExpr("string(value)", "key", "offset", "reason")))
                .containsExactly("[b,null,null,at is NULL]");
    }

    @Test
    void headersGoWithTheRow() {
        Dataset<Row> records = records(WITHOUT)
                .selectExpr("*", "array(named_struct('key', 'trace', 'value', binary('42'))) as headers");
        Dataset<Row> marked = TIMES.apply(HITS.apply(records));

        assertThat(Spark.lines(
                        TIMES.malformed().apply(marked).selectExpr("headers[0].key", "string(headers[0].value)")))
                .containsExactly("[trace,42]");
    }

    @Test
    void whatItNeedsIsRefusedByName() {
        Dataset<Row> rows = HITS.apply(records(GOOD));

        assertThatThrownBy(() -> TIMES.apply(rows.drop("at", "timestamp")))
                .hasMessageContaining("timeMarks(at): there is no such column")
                .hasMessageContaining("aheadAtMost(timestamp): there is no such column");
        assertThatThrownBy(() -> Transforms.timeMarks("at").apply(rows.drop("value")))
                .hasMessageContaining("valueFrom(value): there is no such column");
        assertThatThrownBy(() -> TIMES.apply(rows.drop("malformed").selectExpr("*", "1 as malformed")))
                .hasMessageContaining("timeMarks(malformed): the rows have a column of this name already, which is not"
                        + " a mark of the same columns. Rename it in an earlier step.");
        assertThatThrownBy(() -> TIMES.good().apply(records(GOOD)))
                .hasMessageContaining("timeMarks(malformed): there is no such column");
        assertThatThrownBy(() -> TIMES.aheadAtMost(Duration.ofSeconds(-1), "timestamp"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("aheadAtMost(");
    }

    @Test
    void equalCallsMakeEqualSteps() {
        assertThat(TIMES.describe())
                .isEqualTo("timeMarks(at).aheadAtMost(PT5M, timestamp).behindAtMost(PT24H, timestamp)");
        assertThat(Transforms.timeMarks("at").valueFrom("text").describe()).isEqualTo("timeMarks(at).valueFrom(text)");
        assertThat(TIMES.malformed())
                .isEqualTo(TIMES.aheadAtMost(Duration.ofMinutes(5), "timestamp").malformed())
                .isNotEqualTo(TIMES.good())
                .isNotEqualTo(
                        TIMES.aheadAtMost(Duration.ofMinutes(6), "timestamp").malformed());
    }

    private static Dataset<Row> records(String... documents) {
        return Spark.session()
                .createDataset(List.of(documents), Encoders.STRING())
                .selectExpr(
                        "binary('k') as key",
                        "binary(value) as value",
                        "'hits' as topic",
                        "3 as partition",
                        "bigint(7) as offset",
                        "timestamp'2026-01-01 12:00:00Z' as timestamp");
    }
}
