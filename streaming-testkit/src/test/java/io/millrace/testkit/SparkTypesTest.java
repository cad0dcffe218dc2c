package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values of all of Spark's types, given to a query and read back. */
@StreamingTest
class SparkTypesTest {
    record Typed(String type, Object given, Object expected, String asText) {}

    private static final List<Typed> SCALARS = List.of(
            new Typed("BOOLEAN", true, true, "true"),
            new Typed("TINYINT", -128, (byte) -128, "-128"),
            new Typed("SMALLINT", 32767, (short) 32767, "32767"),
            new Typed("INT", 1L, 1, "1"),
            new Typed("BIGINT", 1, Long.valueOf(1), "1"),
            new Typed("FLOAT", 0.1, 0.1f, "0.1"),
            new Typed("DOUBLE", 0.1, 0.1, "0.1"),
            new Typed("DECIMAL(10, 2)", "1.5", new BigDecimal("1.50"), "1.50"),
            new Typed("DECIMAL(38, 18)", 1, BigDecimal.ONE, "1.000000000000000000"),
            new Typed("STRING", "é\n", "é\n", "é\n"),
            new Typed("BINARY", "ab".getBytes(StandardCharsets.UTF_8), bytes("ab"), "ab"),
            new Typed("DATE", "2026-01-02", LocalDate.of(2026, 1, 2), "2026-01-02"),
            new Typed("TIMESTAMP", "00:05:30.000001", "2026-01-01T00:05:30.000001Z", "2026-01-01 00:05:30.000001"),
            new Typed(
                    "TIMESTAMP",
                    Timestamp.valueOf("2026-01-01 00:00:00"),
                    Timestamp.valueOf("2026-01-01 00:00:00"),
                    ""),
            new Typed(
                    "TIMESTAMP_NTZ",
                    LocalDateTime.of(2026, 1, 1, 0, 5),
                    LocalDateTime.of(2026, 1, 1, 0, 5),
                    "2026-01-01 00:05:00"),
            new Typed(
                    "INTERVAL DAY TO SECOND",
                    Duration.ofMinutes(90),
                    Duration.ofMinutes(90),
                    "INTERVAL '0 01:30:00' DAY TO SECOND"),
            new Typed(
                    "INTERVAL YEAR TO MONTH", Period.of(1, 2, 0), Period.of(1, 2, 0), "INTERVAL '1-2' YEAR TO MONTH"));

    @Test
    void valueOfEveryTypeRoundTrips(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", columns());
        Row given = row(SCALARS.stream().map(Typed::given).toArray());
        Row expected = row(SCALARS.stream().map(Typed::expected).toArray());

        kit.run(rows.rows(), append())
                .schema(columns())
                .batch("one", b -> b.given(rows, given).emits(expected));
    }

    @Test
    void queryItselfSeesTheValueThatWasGiven(StreamKit kit) {
        List<Typed> shown =
                SCALARS.stream().filter(typed -> !typed.asText().isEmpty()).toList();
        Input<Row> rows = kit.rows("rows", columns());
        String[] texts = java.util.stream.IntStream.range(0, SCALARS.size())
                .filter(index -> !SCALARS.get(index).asText().isEmpty())
                .mapToObj(index -> "CAST(c" + index + " AS STRING)")
                .toArray(String[]::new);

        kit.run(rows.rows().selectExpr(texts), append())
                .batch(
                        "one",
                        b -> b.given(
                                        rows,
                                        row(SCALARS.stream().map(Typed::given).toArray()))
                                .emits(row(shown.stream().map(Typed::asText).toArray())));
    }

    @Test
    void nullOfEveryTypeRoundTrips(StreamKit kit) {
        String columns = columns() + ", l ARRAY<INT>, m MAP<STRING, INT>, s STRUCT<a: INT>";
        Input<Row> rows = kit.rows("rows", columns);
        Row nulls = row(new @Nullable Object[SCALARS.size() + 3]);

        kit.run(rows.rows(), append()).batch("nulls", b -> b.given(rows, nulls).emits(nulls));
        kit.run(rows.rows().selectExpr("coalesce(" + allAsText(rows) + ") AS value"), append())
                .batch(
                        "as the query sees them",
                        b -> b.given(rows, nulls).emits(row((Object) null), row((Object) null)));
    }

    private static String allAsText(Input<Row> rows) {
        return Arrays.stream(rows.schema().fieldNames())
                .map(name -> "CAST(" + name + " AS STRING)")
                .collect(Collectors.joining(", "));
    }

    @Test
    void nestedValuesRoundTrip(StreamKit kit) {
        Input<Row> rows = kit.rows(
                "rows",
                "l ARRAY<TIMESTAMP>, m MAP<STRING, ARRAY<BIGINT>>, s STRUCT<a: DECIMAL(5, 1), b: STRUCT<c: DATE>>,"
                        + " r ARRAY<STRUCT<n: SMALLINT, d: DOUBLE>>");
        Row given = row(
                Arrays.asList("00:05", null),
                Map.of("k", List.of(1, 2)),
                row(1, row("2026-01-02")),
                List.of(row(1, 2), row(3, null)));

        kit.run(rows.rows(), append())
                .batch("one", b -> b.given(rows, given).emits(given))
                .batch(
                        "empty",
                        b -> b.given(rows, row(List.of(), Map.of(), row(null, null), List.of()))
                                .emits(row(List.of(), Map.of(), row(null, null), List.of())));
        kit.run(rows.rows().selectExpr("get(l, 0)", "get(m['k'], 1)", "s.b.c", "get(r, 1).n"), append())
                .batch("parts", b -> b.emits(row("00:05", 2, "2026-01-02", 3), row(null, null, null, null)));
    }

    @Test
    void bytesWithinOtherValuesAreComparedByTheirContent(StreamKit kit) {
        Input<Row> rows =
                kit.rows("rows", "b BINARY, l ARRAY<BINARY>, m MAP<STRING, BINARY>, s STRUCT<a: BINARY>, n INT");
        kit.run(rows.rows(), update())
                .keyedBy("b", "l", "s")
                .batch("one", b -> b.given(rows, withBytes(1)).emits(withBytes(1)))
                .batch("two", b -> b.given(rows, withBytes(2)).table(withBytes(2)));
    }

    private static Row withBytes(int n) {
        return row(bytes("a"), List.of(bytes("b")), Map.of("k", bytes("c")), row((Object) bytes("d")), n);
    }

    @Test
    void javaArraysAreTreatedAsLists(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "l ARRAY<BIGINT>");

        kit.run(rows.rows(), append())
                .batch(
                        "one",
                        b -> b.given(rows, row((Object) new Integer[] {1, 2})).emits(row(List.of(1, 2))));
    }

    @Test
    void timesOfASessionInAnotherZoneAreTheSameInstants(StreamKit kit) {
        kit.spark().conf().set("spark.sql.session.timeZone", "Asia/Tokyo");
        Input<Row> rows = kit.rows("rows", "time TIMESTAMP");

        kit.run(rows.rows().selectExpr("time", "CAST(time AS STRING)"), append())
                .batch("one", b -> b.given(rows, row("00:05")).emits(row("00:05", "2026-01-01 09:05:00")));
    }

    @Test
    void lineOfJsonIsReadAsSparkReadsIt(StreamKit kit) {
        Input<String> lines = kit.json(
                "lines",
                "n BIGINT, price DECIMAL(10, 2), time TIMESTAMP, day DATE, tags ARRAY<STRING>, place STRUCT<zip: INT>");

        kit.run(lines.rows(), append())
                .batch(
                        "one",
                        b -> b.given(
                                        lines,
                                        "{\"n\":1,\"price\":1.5,\"time\":\"2026-01-01T00:05:00Z\","
                                                + "\"day\":\"2026-01-02\",\"tags\":[\"a\",null],"
                                                + "\"place\":{\"zip\":9000},\"unknown\":true}",
                                        "{}")
                                .emits(
                                        row(1, "1.50", "00:05", "2026-01-02", Arrays.asList("a", null), row(9000)),
                                        row(null, null, null, null, null, null)));
    }

    @Test
    void lineThatIsNotOfItsColumnsIsRefused(StreamKit kit) {
        Input<String> lines = kit.json("lines", "n BIGINT, tags ARRAY<STRING>");
        StreamRun run = kit.run(lines.rows(), append());

        for (String line : List.of("{\"n\":\"one\"}", "{\"n\":1", "{\"tags\":{}}", "nonsense")) {
            assertThat(refusalOf(() -> run.batch("bad", b -> b.given(lines, "{\"n\":1}", line))))
                    .startsWith("Batch \"bad\": given(lines, ..): row 2: This line is ")
                    .endsWith(" JSON of n BIGINT,tags ARRAY<STRING>: " + line);
        }
        run.batch("nothing of them was given", b -> b.emitsNothing().runsBatches(0));
    }

    @Test
    void offsetsOfKafkaGoOnInEachPartitionFromTheLast(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits");
        KafkaRow zero = KafkaRow.value("a");
        KafkaRow one = zero.partition(1);

        kit.run(hits.rows().select("partition", "offset"), append())
                .batch(
                        "one",
                        b -> b.given(hits, zero, zero, one, one.offset(7), one)
                                .emits(row(0, 0), row(0, 1), row(1, 0), row(1, 7), row(1, 8)))
                .batch("two", b -> b.given(hits, zero, one).emits(row(0, 2), row(1, 9)));
    }

    @Test
    void offsetsOfKafkaAreThoseOfATopicAndOfRowsThatWereTaken(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits");
        KafkaRow row = KafkaRow.value("a");
        StreamRun run = kit.run(hits.rows().select("topic", "offset"), append())
                .batch(
                        "two topics",
                        b -> b.given(hits, row, row.topic("other"), row)
                                .emits(row("hits", 0), row("other", 0), row("hits", 1)));

        assertThat(refusalOf(() -> run.batch("header", b -> b.given(hits, row, row.header("h", "x")))))
                .isEqualTo("Batch \"header\": given(hits, ..): row 2: The input has no column for the header \"h\":"
                        + " create it by kafkaWithHeaders(\"hits\").");
        run.batch("next", b -> b.given(hits, row).emits(row("hits", 2)));
    }

    @Test
    void timesAndDaysOfEveryYearArriveAsGiven(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "time TIMESTAMP, day DATE, l ARRAY<STRUCT<t: TIMESTAMP>>");
        StreamRun run = kit.run(rows.rows().selectExpr("*", "CAST(time AS STRING) AS text"), append());

        for (String day : List.of("0001-01-01", "1500-03-01", "1582-10-12", "1883-11-18", "9999-12-31")) {
            String time = day + "T00:00:00.000001Z";
            List<Row> list = List.of(row(time));
            run.batch(
                    day,
                    b -> b.given(rows, row(time, day, list)).emits(row(time, day, list, day + " 00:00:00.000001")));
        }
        String refusal = refusalMessage(run, rows);
        assertThat(refusal).contains("*0001-01-01T00:00*").contains("*0001-01-01T00:00:01*");
    }

    private static String refusalMessage(StreamRun run, Input<Row> rows) {
        return Failures.failureOf(() -> run.batch(
                "old",
                b -> b.given(rows, row("0001-01-01T00:00:00Z", null, null))
                        .emits(row("0001-01-01T00:00:01Z", null, null, "0001-01-01 00:00:00"))));
    }

    @Test
    void headersOfKafkaComeInTheirOrder(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafkaWithHeaders("hits");

        kit.run(
                        hits.rows()
                                .selectExpr("transform(headers, h -> concat(h.key, '=', CAST(h.value AS STRING)))"
                                        + " AS headers"),
                        append())
                .batch(
                        "two",
                        b -> b.given(hits, KafkaRow.value("a").header("h", "1").header("h", "2"), KafkaRow.value("b"))
                                .emits(row(List.of("h=1", "h=2")), row((Object) null)));
    }

    private static String columns() {
        StringBuilder columns = new StringBuilder();
        for (int index = 0; index < SCALARS.size(); index++) {
            columns.append(index == 0 ? "c" : ", c")
                    .append(index)
                    .append(' ')
                    .append(SCALARS.get(index).type());
        }
        return columns.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
