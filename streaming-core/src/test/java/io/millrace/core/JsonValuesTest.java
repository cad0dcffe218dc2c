package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.json.JsonField;
import io.millrace.core.internal.json.JsonParsed;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The column has the value in the document, or the row is malformed. */
@Timeout(120)
class JsonValuesTest {
    static final String MALFORMED = "malformed";

    @ParameterizedTest(name = "{0} as decimal({1},{2}) is {3}")
    @CsvSource({
        "12345678901234567.89, 19, 2, 12345678901234567.89",
        "-12345678901234567.89, 19, 2, -12345678901234567.89",
        "137759503895804.04, 17, 2, 137759503895804.04",
        "12345678901234567890123456789012345678, 38, 0, 12345678901234567890123456789012345678",
        "0.12345678901234567890123456789012345678, 38, 38, 0.12345678901234567890123456789012345678",
        "1.5e3, 10, 2, 1500.00",
        "-0.0, 10, 2, 0.00",
        "0e99999, 10, 2, 0.00",
        "12.345, 10, 2, 12.35",
        "-12.345, 10, 2, -12.35",
        "12.344999999999999999999, 10, 2, 12.34",
        "0.001, 10, 2, 0.00",
        "1e-999999999, 10, 2, 0.00",
        "99.99, 4, 2, 99.99",
        "99.995, 4, 2, malformed",
        "100, 4, 2, malformed",
        "1e999999999, 38, 0, malformed",
        "1e99999999999, 38, 0, malformed",
        "'\"12345678901234567.89\"', 19, 2, 12345678901234567.89",
        "'\" 12.5 \"', 19, 2, 12.50",
        "'\"12.5 EUR\"', 19, 2, malformed",
        "true, 19, 2, malformed",
        "'[12.5]', 19, 2, malformed",
    })
    void aDecimalHasTheDigitsOfTheDocument(String json, int precision, int scale, String expected) {
        assertThat(read(json, fields -> fields.decimal("v", "$.v", precision, scale)))
                .isEqualTo(expected);
    }

    @Test
    void noneOfThousandsOfAmountsIsWrongByACent() {
        Random random = new Random(7);
        List<String> amounts = Stream.generate(() -> BigDecimal.valueOf(random.nextLong(100_000_000_000_000_000L), 2)
                        .toPlainString())
                .limit(2_000)
                .toList();
        List<String> documents =
                amounts.stream().map(amount -> "{\"amount\":" + amount + "}").toList();

        List<String> read = rows(documents)
                .transform(Transforms.jsonFields("value").decimal("amount", "$.amount", 19, 2))
                .select(col("amount").cast("string"))
                .as(Encoders.STRING())
                .collectAsList();

        assertThat(read).isEqualTo(amounts);
    }

    @Test
    void theSamePlaceIsDigitsForANumberAndSparksTextForAString() {
        JsonFields both = Transforms.jsonFields("value")
                .string("text", "$.v")
                .decimal("number", "$.v", 19, 2)
                .decimal("each", "$.a[*]", 19, 2)
                .string("eachText", "$.a[*]");

        assertThat(Spark.lines(rows(List.of("{\"v\":12345678.9,\"a\":[12345678901234567.89]}", "{\"v\":1E400}"))
                        .transform(both)
                        .drop("value")))
                .containsExactly(
                        "[\"Infinity\",null,null,null]",
                        "[1.23456789E7,12345678.90,12345678901234567.89,1.2345678901234568E16]");
    }

    @ParameterizedTest(name = "{0}: bigint {1}, integer {2}")
    @CsvSource({
        "9999999.0, 9999999, 9999999",
        "10000000.0, 10000000, 10000000",
        "1767225600000.0, 1767225600000, malformed",
        "1e6, 1000000, 1000000",
        "1e7, 10000000, 10000000",
        "12.5e1, 125, 125",
        "1500e-2, 15, 15",
        "-0.0, 0, 0",
        "-7, -7, -7",
        "2147483647, 2147483647, 2147483647",
        "2147483648, 2147483648, malformed",
        "-2147483648.0, -2147483648, -2147483648",
        "9007199254740993, 9007199254740993, malformed",
        "9223372036854775807, 9223372036854775807, malformed",
        "9223372036854775807.0, 9223372036854775807, malformed",
        "9223372036854775808, malformed, malformed",
        "-9223372036854775808, -9223372036854775808, malformed",
        "-9223372036854775809, malformed, malformed",
        "1.5, malformed, malformed",
        "0.1, malformed, malformed",
        "1e-7, malformed, malformed",
        "1e-999999999, malformed, malformed",
        "1e19, malformed, malformed",
        "1e999999999, malformed, malformed",
        "'\"42\"', 42, 42",
        "'\"10000000.0\"', 10000000, 10000000",
        "'\"4.5\"', malformed, malformed",
        "'\"\"', malformed, malformed",
        "'\"٤\"', malformed, malformed",
    })
    void aWholeNumberIsReadInEveryNotation(String json, String bigint, String integer) {
        assertThat(read(json, fields -> fields.bigint("v", "$.v"))).isEqualTo(bigint);
        assertThat(read(json, fields -> fields.integer("v", "$.v"))).isEqualTo(integer);
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "0.1, 0.1",
        "123456789012345678, 1.2345678901234568E17",
        "1.7976931348623157e308, 1.7976931348623157E308",
        "1e400, malformed",
        "-1e400, malformed",
        "1e99999999999, malformed",
        "'\"1e400\"', malformed",
        "'\"2.5\"', 2.5",
        "'\"NaN\"', NaN",
    })
    void aRealIsTheNearestDouble(String json, String expected) {
        assertThat(read(json, fields -> fields.doublePrecision("v", "$.v"))).isEqualTo(expected);
    }

    @Test
    void aNumberOfAMillionDigitsIsMalformedAtOnce() {
        List<String> documents = new ArrayList<>();
        for (String number : List.of("7", "0.", "1e", "-")) {
            documents.add("{\"v\":" + number + "7".repeat(1_000_000) + "}");
            documents.add("{\"v\":\"" + number + "7".repeat(1_000_000) + "\"}");
        }
        JsonFields all = Transforms.jsonFields("value")
                .decimal("d", "$.v", 38, 2)
                .bigint("l", "$.v")
                .integer("i", "$.v")
                .timestamp("t", "$.v")
                .date("y", "$.v")
                .bool("b", "$.v")
                .epochSeconds("s", "$.v");

        List<String> lines = Spark.lines(rows(documents).transform(all).drop("value"));

        assertThat(lines).hasSize(8).containsOnly("[null,null,null,null,null,null,null]");
        assertThat(rows(documents).transform(all.route().malformed()).count()).isEqualTo(8);
    }

    @Test
    void aRecordOfASchemaRegistryIsRecognized() {
        String value = "CAST(concat(X'000000002A', CAST('{\"zip\":\"9000\"}' AS BINARY)) AS BINARY) AS value";
        Dataset<Row> rows = Spark.sql("SELECT " + value);
        JsonFields zip = Transforms.jsonFields("value").string("zip", "$.zip");

        assertThat(rows.transform(zip.route().malformed())
                        .select("reason")
                        .head()
                        .getString(0))
                .isEqualTo("a record of a schema registry (id 42), whose first 5 bytes are not JSON. If the rest"
                        + " is, remove them in an earlier step: substring(value, 6)");
        assertThat(Spark.lines(rows.selectExpr("substring(value, 6) AS value").transform(zip)))
                .containsExactly("[{\"zip\":\"9000\"},9000]");
        assertThat(Spark.lines(Spark.sql("SELECT X'0000' AS value")
                        .transform(zip.route().malformed())
                        .select("reason")))
                .singleElement()
                .asString()
                .doesNotContain("registry");
    }

    /** The row of a document is overwritten by the next one. */
    @ParameterizedTest(name = "generated code: {0}")
    @ValueSource(booleans = {true, false})
    void noRowHasValuesOfAnother(boolean isGenerated) {
        SparkSession session = Spark.session().newSession();
        session.conf().set("spark.sql.codegen.wholeStage", isGenerated);
        session.conf().set("spark.sql.codegen.factoryMode", isGenerated ? "CODEGEN_ONLY" : "NO_CODEGEN");
        String full = """
                {"s":"a","b":-1,"h":1,"l":1,"d":1.25,"w":"12345678901234567.89","f":0.5,"r":0.1,"t":true,\
                "at":"2026-03-01T10:00:00Z","day":"2026-03-01","n":["2026-03-01T10:00:00"],"o":{"x":1,"y":true}}""";
        String other = full.replace("1", "2").replace("true", "false").replace("\"a\"", "\"c\"");
        Dataset<Row> rows = session.createDataset(
                        List.of(full, "{}", other, "{\"b\":300,\"at\":1,\"o\":[]}", full), Encoders.STRING())
                .toDF("value")
                .repartition(1);
        List<JsonField> fields = Transforms.jsonFields("value")
                .string("s", "$.s")
                .field("b", "$.b", "TINYINT")
                .field("h", "$.h", "SMALLINT")
                .bigint("l", "$.l")
                .decimal("d", "$.d", 10, 1)
                .decimal("w", "$.w", 30, 2)
                .field("f", "$.f", "FLOAT")
                .doublePrecision("r", "$.r")
                .bool("t", "$.t")
                .timestamp("at", "$.at")
                .date("day", "$.day")
                .field("n", "$.n", "ARRAY<TIMESTAMP_NTZ>")
                .field("o", "$.o", "STRUCT<x INT, y BOOLEAN>")
                .fields;
        JsonParsed parsed = JsonParsed.of(rows, "value", fields);
        String first = "a, -1, 1, 1, 1.3, 12345678901234567.89, 0.5, 0.1, true, 2026-03-01 10:00:00, 2026-03-01,"
                + " [2026-03-01 10:00:00], {1, true}, null}";
        String nothing = "null, ".repeat(13);

        assertThat(Spark.lines(parsed.rows().select(parsed.struct())))
                .containsExactlyInAnyOrder(
                        "[{" + first + "]",
                        "[{" + nothing + "null}]",
                        "[{c, -2, 2, 2, 2.3, 22345678902234567.89, 0.5, 0.2, false, 2026-03-02 20:00:00, 2026-03-02,"
                                + " [2026-03-02 20:00:00], {2, false}, null}]",
                        "[{" + nothing + "b is not of type tinyint; at is not of type timestamp but a number:"
                                + " name its unit with epochSeconds, epochMillis or epochMicros; o is not of type"
                                + " struct<x:int,y:boolean>}]",
                        "[{" + first + "]");
    }

    /** The field {@code v} of a document that has this value there, as text; {@code malformed} if the row is. */
    static String read(String json, UnaryOperator<JsonFields> field) {
        List<JsonField> fields = field.apply(Transforms.jsonFields("value")).fields;
        JsonParsed parsed = JsonParsed.of(rows(List.of("{\"v\":" + json + "}")), "value", fields);
        Row row = parsed.rows()
                .select(col(parsed.struct() + ".`0`").cast("string"), parsed.reason())
                .head();
        Object value = row.get(0);
        assertThat(row.isNullAt(1)).as("NULL without a reason").isEqualTo(value != null);
        return Objects.toString(value, MALFORMED);
    }

    static String reason(String json, UnaryOperator<JsonFields> field) {
        return rows(List.of("{\"v\":" + json + "}"))
                .transform(field.apply(Transforms.jsonFields("value")).route().malformed())
                .select("reason")
                .head()
                .getString(0);
    }

    private static Dataset<Row> rows(List<String> documents) {
        return Spark.session().createDataset(documents, Encoders.STRING()).toDF("value");
    }
}
