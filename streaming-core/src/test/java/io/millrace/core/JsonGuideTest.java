package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** The code of docs/json.md. */
class JsonGuideTest {
    private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    private final Dataset<Row> kafka =
            Spark.sql("SELECT CAST(value AS BINARY) AS value, 'hits' AS topic, 0 AS partition,"
                    + " id AS offset, TIMESTAMP '2026-03-01 10:00:00' AS timestamp FROM VALUES"
                    + " (0L, '{\"address\":{\"zip\":\"9000\"},\"price\":12.5,\"hittime\":\"2026-03-01T10:00:00Z\","
                    + "\"items\":[{\"sku\":\"a\"},{\"sku\":\"b\"}]}'), (1L, '{\"address\":'), (2L,"
                    + " '{\"price\":\"cheap\"}') AS rows(id, value)");

    @Test
    void fieldsBecomeColumns() {
        JsonFields hits = Transforms.jsonFields("value")
                .string("zip", "$.address.zip")
                .decimal("price", "$.price", 10, 2)
                .timestamp("hit_at", "$.hittime")
                .json("items", "$.items");

        Dataset<Row> rows = kafka.transform(hits);

        assertThat(Spark.lines(rows.select("zip", "price", "hit_at", "items")))
                .contains("[9000,12.50,2026-03-01 10:00:00,[{\"sku\":\"a\"},{\"sku\":\"b\"}]]");
    }

    @Test
    void elementsOfAnArrayGetRows() {
        JsonFields orders = Transforms.jsonFields("value")
                .bigint("order", "$.order")
                .field("items", "$.items", "ARRAY<STRUCT<sku STRING, pieces INT, price DECIMAL(10,2)>>");

        Dataset<Row> items = kafka.transform(orders).transform(Transforms.explode("items", "item"));

        assertThat(Spark.lines(items.select("offset", "item.sku", "item.price")))
                .containsExactly("[0,a,null]", "[0,b,null]");
    }

    @Test
    void aFilterAfterwardsReadsNothingAgain() {
        Dataset<Row> expensive = kafka.transform(Transforms.jsonFields("value").doublePrecision("price", "$.price"))
                .where(col("price").gt(10));

        assertThat(Spark.lines(expensive.select("offset", "price"))).containsExactly("[0,12.5]");
    }

    @Test
    void oneFieldIsTheShortForm() {
        Dataset<Row> zips = kafka.transform(Transforms.jsonField("zip", "$.address.zip"));

        assertThat(Spark.lines(zips.select("zip"))).containsExactly("[9000]", "[null]", "[null]");
    }

    @Test
    void malformedRowsAreAQueryOfTheirOwn() {
        JsonRoute hits = Transforms.jsonFields("value")
                .string("zip", "$.address.zip")
                .decimal("price", "$.price", 10, 2)
                .route();

        Dataset<Row> good = kafka.transform(hits);
        Dataset<Row> malformed = kafka.transform(hits.malformed());

        assertThat(Spark.lines(good.select("offset", "zip"))).containsExactly("[0,9000]");
        assertThat(Spark.lines(malformed.select("topic", "partition", "offset", "reason")))
                .containsExactly(
                        "[hits,0,1,malformed JSON at character 11: Unexpected end-of-input within/between Object"
                                + " entries]",
                        "[hits,0,2,price is not of type decimal(10,2)]");
    }

    @Test
    void branchesTakeMarkedRowsApart() {
        JsonMarks hits = Transforms.jsonFields("value")
                .string("zip", "$.address.zip")
                .decimal("price", "$.price", 10, 2)
                .mark();

        Dataset<Row> marked = kafka.transform(hits);
        Dataset<Row> good = marked.transform(hits.good());
        Dataset<Row> malformed = marked.transform(hits.malformed());

        assertThat(Spark.lines(good.select("offset", "zip"))).containsExactly("[0,9000]");
        assertThat(Spark.lines(malformed.select("offset"))).containsExactly("[1]", "[2]");
    }

    @Test
    void eachElementOfAnArrayIsARow() {
        JsonFields items = Transforms.jsonFields("value")
                .string("order", "$.order")
                .each(
                        "$.items[*]",
                        item -> item.position("line").string("sku", "$.sku").integer("pieces", "$.pieces"));

        assertThat(Spark.lines(Spark.sql("SELECT '{\"order\":7,\"items\":[{\"sku\":\"a\",\"pieces\":2}]}' AS value")
                        .transform(items)
                        .drop("value")))
                .containsExactly("[7,0,a,2]");
    }

    @Test
    void numbersAndInstantsAreExact() {
        JsonFields readings = Transforms.jsonFields("value")
                .epochMillis("at", "$.ts")
                .bigint("device", "$.device")
                .decimal("amount", "$.amount", 19, 2);

        assertThat(Spark.lines(
                        Spark.sql("SELECT '{\"ts\":1767225600123,\"device\":1e7,\"amount\":12345678901234567.89}' AS"
                                        + " value")
                                .transform(readings)
                                .drop("value")))
                .containsExactly("[2026-01-01 00:00:00.123,10000000,12345678901234567.89]");
    }

    @Test
    void theHeaderOfASchemaRegistryIsRemoved() {
        Dataset<Row> kafka = Spark.sql(
                "SELECT CAST(concat(X'000000002A', CAST('{\"zip\":\"9000\"}' AS BINARY)) AS BINARY)" + " AS value");

        Dataset<Row> documents = kafka.withColumn("value", expr("substring(value, 6)"));

        assertThat(Spark.lines(documents
                        .transform(Transforms.jsonField("zip", "$.zip"))
                        .select("zip")))
                .containsExactly("[9000]");
    }

    @Test
    void everyBlockOfTheGuideIsCodeFromHere() throws Exception {
        String here = withoutIndent(Files.readString(Path.of("src/test/java/io/millrace/core/JsonGuideTest.java")));

        List<String> blocks = CODE.matcher(Files.readString(Path.of("../docs/json.md")))
                .results()
                .map(block -> withoutIndent(block.group(1)))
                .toList();

        assertThat(blocks)
                .hasSizeGreaterThan(2)
                .allSatisfy(block -> assertThat(here).contains(block));
    }

    private static String withoutIndent(String code) {
        return code.lines().map(String::strip).collect(Collectors.joining("\n"));
    }
}
