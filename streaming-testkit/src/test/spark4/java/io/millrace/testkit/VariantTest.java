package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.reasonOf;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Variants, which a test writes as JSON. */
@StreamingTest
class VariantTest {
    private static final String COLUMNS = "id STRING, doc VARIANT";

    record Document(String id, String doc) {}

    @Test
    void jsonIsGivenAndExpected(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", COLUMNS);
        kit.run(rows.rows(), append())
                .batch(
                        "one",
                        b -> b.given(rows, row("x", "{\"b\":[1, 2.50],\"a\":null}"), row("y", null))
                                .emits(row("x", "{ \"a\": null, \"b\": [1, 2.5] }"), row("y", null))
                                .emitsInOrder(row("x", "{\"a\":null,\"b\":[1,2.5]}"), row("y", null)))
                .restart()
                .replayLast(b -> b.sameOutput())
                .batch(
                        "two",
                        b -> b.given(rows, row("z", "\"text\""))
                                .emits(new Document("z", "\"text\""))
                                .table(row("x", "{\"a\":null,\"b\":[1,2.5]}"), row("y", null), row("z", "\"text\"")));
    }

    @Test
    void queryTakesTheJsonApart(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", COLUMNS);
        kit.run(rows.rows().selectExpr("variant_get(doc, '$.n[1]', 'int')", "schema_of_variant(doc)"), append())
                .batch("one", b -> b.given(rows, row("x", "{\"n\":[1,2]}")).emits(row(2, "OBJECT<n: ARRAY<BIGINT>>")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CAST(1 AS VARIANT) | 1",
                "CAST(1D AS VARIANT) | 1.0",
                "CAST(1.50 AS VARIANT) | 1.5",
                "CAST(1e20D AS VARIANT) | 1e20",
                "CAST(0.1F AS VARIANT) | 0.1",
                "CAST(DATE'2026-01-02' AS VARIANT) | \"2026-01-02\"",
                "CAST(true AS VARIANT) | true",
                "parse_json('null') | null",
                "to_variant_object(named_struct('b', 1, 'a', array('x'))) | {\"a\":[\"x\"],\"b\":1}",
                "variant_get(parse_json('{\"z\":1,\"doc\":{\"b\":1,\"a\":2}}'), '$.doc') | {\"a\":2,\"b\":1}"
            })
    void variantsOfOneJsonTextAreEqualHoweverTheyAreKept(String variant, String json) {
        try (StreamKit kit = StreamKit.open()) {
            Input<Row> rows = kit.rows("rows", "id STRING");
            kit.run(rows.rows().selectExpr(variant + " AS doc"), append())
                    .batch("one", b -> b.given(rows, row("x")).emits(row(json)));
        }
    }

    @Test
    void variantsWithinOtherValuesAreComparedByTheirJson(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "l ARRAY<VARIANT>, m MAP<STRING, VARIANT>, s STRUCT<doc: VARIANT>");
        kit.run(rows.rows(), append())
                .batch(
                        "one",
                        b -> b.given(
                                        rows,
                                        row(
                                                Arrays.asList("{\"b\":1,\"a\":2}", null),
                                                Map.of("k", "[1.0]"),
                                                row("{\"b\":1,\"a\":2}")))
                                .emits(row(
                                        Arrays.asList("{\"a\":2,\"b\":1}", null),
                                        Map.of("k", "[ 1.0 ]"),
                                        row("{\"a\":2,\"b\":1}"))));
    }

    @Test
    void variantsOfTheStateAreComparedByTheirJson(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "id STRING, n INT, doc VARIANT");
        kit.run(rows.rows().groupBy("id").agg(Map.of("doc", "last")), update())
                .keyedBy("id")
                .batch(
                        "one",
                        b -> b.given(rows, row("x", 1, "{\"b\":1,\"a\":2}"))
                                .table(row("x", "{\"a\":2,\"b\":1}"))
                                .columns("id", "last")
                                .state("stateStoreSave", row("x", "{\"a\":2,\"b\":1}")));
    }

    @Test
    void variantsAreComparedOnAnyCutOfTheRows(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", COLUMNS);
        kit.anyBatching()
                .given(rows, row("x", "{\"a\":1}"), row("y", "[1]"))
                .cuts(2)
                .check(all -> all.of(rows), append());
    }

    @Test
    void linesOfJsonHaveVariants(StreamKit kit) {
        Input<String> lines = kit.json("lines", COLUMNS);
        kit.run(lines.rows(), append())
                .batch(
                        "one",
                        b -> b.given(lines, "{\"id\":\"x\",\"doc\":{\"b\":1,\"a\":2}}")
                                .emits(row("x", "{\"a\":2,\"b\":1}")));
    }

    @Test
    void lineOfJsonWhoseVariantWouldBeRoundedIsRefused(StreamKit kit) {
        Input<String> lines = kit.json("lines", "doc VARIANT");
        StreamRun run = kit.run(lines.rows(), append());

        assertThat(refusalOf(() -> run.batch("one", b -> b.given(lines, "{\"doc\":[1e400]}"))))
                .isEqualTo("Batch \"one\": given(lines, ..): This line has \"doc\": [1E+400], which a column of variant"
                        + " would change: {\"doc\":[1e400]}");
    }

    @Test
    void differenceShowsTheJson(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", COLUMNS);
        StreamRun run = kit.run(rows.rows(), append());

        assertThat(reasonOf(() -> run.batch(
                        "one",
                        b -> b.given(rows, row("x", "{\"a\":1}"), row("y", "null"))
                                .emits(row("x", "{\"a\": 2}"), row("y", null)))))
                .isEqualTo("""
                        Batch "one" emitted other rows than expected: 2 rows differ

                                    id  doc
                          expected  x   *{"a":2}*
                          was       x   *{"a":1}*
                          expected  y   *null (NULL)*
                          was       y   *null (VariantVal)*
                        """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tea",
                "{\"a\":1",
                "{\"a\":1,\"a\":2}",
                "",
                "1 2",
                "{\"a\":1} junk",
                "[1e400]",
                "{\"a\":0.1234567890123456789012345678901234567890123}"
            })
    void textThatIsNotJsonIsRefused(String text) {
        try (StreamKit kit = StreamKit.open()) {
            Input<Row> rows = kit.rows("rows", COLUMNS);
            StreamRun run = kit.run(rows.rows(), append());
            String refusal = "Column \"doc\" is variant and cannot hold " + RowText.value(text)
                    + ", a String. A text for a variant is JSON, with each name of an object once:"
                    + " {\"a\":1}, or \"a\" in quotes. Its numbers are doubles, or have up to 38 digits.";

            assertThat(refusalOf(() -> run.batch("one", b -> b.given(rows, row("x", text)))))
                    .isEqualTo("Batch \"one\": given(rows, ..): " + refusal);
            assertThat(refusalOf(() ->
                            run.batch("two", b -> b.given(rows, row("x", "{}")).emits(row("x", text)))))
                    .isEqualTo("Batch \"two\": emits(..): " + refusal);
        }
    }

    @Test
    void anotherValueThanATextIsRefused(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "doc VARIANT, docs ARRAY<VARIANT>");
        StreamRun run = kit.run(rows.rows(), append());

        assertThat(refusalOf(() -> run.batch("one", b -> b.given(rows, row(1, List.of())))))
                .startsWith("Batch \"one\": given(rows, ..): Column \"doc\" is variant and cannot hold 1, a Integer."
                        + " A text for a variant is JSON");
        assertThat(refusalOf(() -> run.batch("one", b -> b.given(rows, row("1", List.of(true))))))
                .startsWith(
                        "Batch \"one\": given(rows, ..): Column \"docs\" is array<variant> and cannot hold [true], a ");
    }
}
