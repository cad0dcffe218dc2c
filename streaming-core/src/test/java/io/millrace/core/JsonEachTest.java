package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row for each element of an array in a JSON document. */
class JsonEachTest {
    private static final JsonFields ITEMS =
            Transforms.jsonFields("value").string("order", "$.order").each("$.items[*]", JsonEachTest::item);
    private static final JsonFields OUTER =
            Transforms.jsonFields("value").string("order", "$.order").eachOuter("$.items[*]", JsonEachTest::item);

    @Test
    void eachElementIsARowAndTheOtherColumnsAreRepeated() {
        Dataset<Row> rows = ITEMS.apply(documents(
                "{\"order\":7,\"items\":[{\"sku\":\"a\",\"pieces\":1},{\"pieces\":2,\"sku\":\"b\"}]}",
                "{\"items\":[{\"sku\":\"c\"}],\"order\":8}"));

        assertThat(rows.columns()).containsExactly("value", "order", "line", "sku", "pieces");
        assertThat(Spark.lines(rows.drop("value"))).containsExactly("[7,0,a,1]", "[7,1,b,2]", "[8,0,c,null]");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"order\":7}",
                "{\"order\":7,\"items\":[]}",
                "{\"order\":7,\"items\":null}",
                "{\"order\":7,\"items\":[ ]}"
            })
    void aDocumentWithoutElementsGivesNoRowOrOne(String document) {
        assertThat(Spark.lines(ITEMS.apply(documents(document)))).isEmpty();
        assertThat(Spark.lines(OUTER.apply(documents(document)).drop("value"))).containsExactly("[7,null,null,null]");
    }

    @Test
    void aTombstoneGivesNoRowOrOne() {
        assertThat(Spark.lines(ITEMS.apply(documents((String) null)))).isEmpty();
        assertThat(Spark.lines(OUTER.apply(documents((String) null)))).containsExactly("[null,null,null,null,null]");
    }

    @Test
    void anElementWithoutFieldsIsARow() {
        assertThat(Spark.lines(
                        ITEMS.apply(documents("{\"order\":7,\"items\":[null, {}, 3, \"x\", [1], {\"sku\":\"a\"}]}"))
                                .select("line", "sku")))
                .containsExactly("[0,null]", "[1,null]", "[2,null]", "[3,null]", "[4,null]", "[5,a]");
    }

    @Test
    void elementsMayBeValuesAndTheDocumentAnArray() {
        JsonFields tags = Transforms.jsonFields("value").each("$[*]", item -> item.integer("tag", "$"));

        assertThat(Spark.lines(tags.apply(documents("[1, 2.0,\"3\",null]")).select("tag")))
                .containsExactly("[1]", "[2]", "[3]", "[null]");
    }

    @Test
    void aMalformedDocumentOrElementIsOneRowWithWhatConverts() {
        assertThat(Spark.lines(ITEMS.apply(documents(
                                "{\"order\":7,\"items\":[{\"sku\":\"a\",\"pieces\":\"x\"},"
                                        + "{\"sku\":\"b\",\"pieces\":2}]}",
                                "{\"order\":8,\"items\":{\"sku\":\"a\"}}",
                                "{\"order\":9,\"items\":[{\"sku\""))
                        .select("order", "line", "sku", "pieces")))
                .containsExactlyInAnyOrder("[7,0,a,null]", "[7,1,b,2]", "[8,null,null,null]", "[null,null,null,null]");
    }

    @Test
    void aRecordIsMalformedAsAWhole() {
        Dataset<Row> rows = documents(
                "{\"order\":7,\"items\":[{\"sku\":\"a\",\"pieces\":\"x\"},{\"sku\":\"b\",\"pieces\":[]}]}",
                "{\"order\":8,\"items\":{\"sku\":\"a\"}}",
                "{\"order\":9,\"items\":[{\"sku\":\"c\",\"pieces\":3}]}",
                "{\"order\":");
        List<String> reasons = List.of(
                "[$.items[0]: pieces is not of type int; $.items[1]: pieces is not of type int]",
                "[$.items is not an array]",
                "[malformed JSON at character 9: Unexpected end-of-input within/between Object entries]");

        assertThat(Spark.lines(ITEMS.route().apply(rows).drop("value"))).containsExactly("[9,0,c,3]");
        assertThat(Spark.lines(ITEMS.route().malformed().apply(rows).select("reason")))
                .containsExactlyInAnyOrderElementsOf(reasons);
        Dataset<Row> marked = ITEMS.mark().apply(rows);
        assertThat(Spark.lines(ITEMS.mark().good().apply(marked).drop("value"))).containsExactly("[9,0,c,3]");
        assertThat(Spark.lines(ITEMS.mark().malformed().apply(marked).select("reason")))
                .containsExactlyInAnyOrderElementsOf(reasons);
        assertThatThrownBy(() -> ITEMS.fail().apply(rows).collect())
                .hasStackTraceContaining("$.items[0]: pieces is not of type int");
    }

    @Test
    void aDocumentThatIsNotPlainHasTheSameRows() {
        assertThat(Spark.lines(
                        ITEMS.apply(documents("{'order':7, \"it\\u0065ms\": [ {'sku':'a', \"pieces\" : 1.0e0 },\n"
                                        + "{\"s\\u006bu\":\"\\u00e9\"} ] }"))
                                .drop("value")))
                .containsExactly("[7,0,a,1]", "[7,1,é,null]");
    }

    @Test
    void rowsAreThoseOfExplodeOverFromJson() {
        Random random = new Random(19);
        Dataset<Row> documents =
                documents(Stream.generate(() -> order(random)).limit(2_000).toArray(String[]::new));
        UnaryOperator<JsonFields> columns = fields -> fields.string("sku", "$.sku")
                .integer("pieces", "$.pieces")
                .decimal("price", "$.price", 10, 2)
                .field("tags", "$.tags", "ARRAY<STRING>")
                .bool("paid", "$.paid");
        String type = "id STRING, items ARRAY<STRUCT<sku: STRING, pieces: INT, price: DECIMAL(10,2),"
                + " tags: ARRAY<STRING>, paid: BOOLEAN>>";
        Dataset<Row> parsed = documents.selectExpr("value", "from_json(string(value), '" + type + "') AS doc");

        JsonFields fields = Transforms.jsonFields("value").string("id", "$.id");
        List<Row> inner =
                fields.each("$.items[*]", columns).fail().apply(documents).collectAsList();
        assertThat(inner)
                .hasSizeGreaterThan(2_000)
                .isEqualTo(parsed.selectExpr("value", "doc.id", "inline(doc.items)")
                        .collectAsList());
        assertThat(fields.eachOuter("$.items[*]", columns)
                        .fail()
                        .apply(documents)
                        .collectAsList())
                .hasSizeGreaterThan(inner.size())
                .isEqualTo(parsed.selectExpr("value", "doc.id", "inline_outer(doc.items)")
                        .collectAsList());
    }

    private static String order(Random random) {
        String items = random.nextInt(8) == 0
                ? List.of("", ",\"items\":null", ",\"items\":[]").get(random.nextInt(3))
                : ",\"items\":"
                        + Stream.generate(() -> item(random))
                                .limit(random.nextInt(5))
                                .toList();
        return "{\"id\":\"" + random.nextInt(100) + "\"" + items + ",\"other\":{\"items\":[{\"sku\":\"z\"}]}}";
    }

    private static String item(Random random) {
        List<String> members = new ArrayList<>(List.of(
                "\"sku\":" + (random.nextInt(9) == 0 ? "null" : "\"s\u00fc \\\"" + random.nextInt(9) + "\""),
                "\"pieces\": " + random.nextInt(1_000),
                "\"price\" : " + random.nextInt(1_000) + "." + random.nextInt(100),
                "\"tags\":[\"a\", \"b" + random.nextInt(9) + "\"]",
                "\"paid\":" + random.nextBoolean(),
                "\"nested\":{\"sku\":\"no\",\"list\":[1,[2]]}"));
        Collections.shuffle(members, random);
        return "{" + String.join(",", members.subList(0, random.nextInt(members.size() + 1))) + "}";
    }

    @Test
    void aFieldOfAnElementMayReplaceAColumn() {
        JsonFields values = Transforms.jsonFields("value").each("$[*]", item -> item.string("value", "$.v"));

        assertThat(Spark.lines(values.apply(documents("[{\"v\":1},{\"v\":2}]"))))
                .containsExactly("[1]", "[2]");
    }

    @Test
    void whatCannotBeTakenApartIsRefusedAtTheCall() {
        JsonFields fields = Transforms.jsonFields("value").string("id", "$.id");

        assertThatThrownBy(() -> fields.each("$.items", JsonEachTest::item))
                .hasMessage("each($.items, ..): the path names the elements of one array. End it with [*], as in"
                        + " $.items[*], and use [*] nowhere else.");
        assertThatThrownBy(() -> fields.each("$.a[*].b[*]", JsonEachTest::item)).hasMessageContaining("one array");
        assertThatThrownBy(
                        () -> fields.each("$.a[*]", JsonEachTest::item).each("$.b[*]", item -> item.string("b", "$")))
                .hasMessageContaining("a document is taken apart at one array");
        assertThatThrownBy(() -> fields.each("$.a[*]", item -> item.each("$.b[*]", JsonEachTest::item)))
                .hasMessageContaining("a document is taken apart at one array");
        assertThatThrownBy(() -> fields.each("$.a[*]", item -> item.string("ID", "$.id")))
                .hasMessageContaining("there is a field id already");
        assertThatThrownBy(() -> fields.each("$.a[*]", JsonEachTest::item).string("Sku", "$.sku"))
                .hasMessageContaining("there is a field sku already");
        assertThatThrownBy(() -> fields.each("$.a[*]", item -> item)).hasMessageContaining("no field of an element");
        assertThatThrownBy(() ->
                        fields.each("$.a[*]", item -> item.string("b", "$").fail()))
                .hasMessageContaining("a record is malformed as a whole");
        assertThatThrownBy(() -> fields.position("n")).hasMessageContaining("a document has no position");
    }

    @Test
    void describesItself() {
        assertThat(ITEMS.describe())
                .isEqualTo("jsonFields(value).string(order, $.order).each($.items, items.position(line)"
                        + ".string(sku, $.sku).integer(pieces, $.pieces))");
        assertThat(ITEMS)
                .isEqualTo(Transforms.jsonFields("value")
                        .string("order", "$.order")
                        .each("$.items[*]", JsonEachTest::item));
        assertThat(ITEMS).isNotEqualTo(OUTER);
    }

    private static JsonFields item(JsonFields item) {
        return item.position("line").string("sku", "$.sku").integer("pieces", "$.pieces");
    }

    private static Dataset<Row> documents(@Nullable String... documents) {
        return Spark.session()
                .createDataset(Arrays.asList(documents), Encoders.STRING())
                .repartition(1) // In tasks, which get the steps over the wire.
                .selectExpr("binary(value) as value");
    }
}
