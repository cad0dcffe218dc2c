package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.get_json_object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Arrays, structs and maps in documents. */
class JsonNestedTest {
    private static final String ITEMS = "ARRAY<STRUCT<sku STRING, pieces INT>>";
    private static final List<DataType> LEAVES = List.of(
            DataTypes.StringType,
            DataTypes.IntegerType,
            DataTypes.LongType,
            DataTypes.ShortType,
            DataTypes.DoubleType,
            DataTypes.FloatType,
            DataTypes.BooleanType,
            DataTypes.TimestampType,
            DataTypes.DateType,
            DataTypes.createDecimalType(12, 3));
    private static final List<String> TEXTS =
            List.of("", "x", "Zürich", "a \\\"b\\\"", "\\u00e9\\n", "{\\\"a\\\":1}", "7", "null", "[1, 2]");

    private final Random random = new Random(20260301);

    @Test
    void anArrayOfStructsIsReadInTheSameParse() {
        Dataset<Row> rows = documents(
                        "{\"id\":1,\"items\":[{\"sku\":\"a\",\"pieces\":2},"
                                + "{\"pieces\":null,\"sku\":\"b\",\"x\":1}]}",
                        "{\"id\":2,\"items\":[]}",
                        "{\"id\":3}",
                        "{\"id\":4,\"items\":null}")
                .transform(Transforms.jsonFields("value")
                        .integer("id", "$.id")
                        .field("items", "$.items", ITEMS)
                        .string("text", "$.items")
                        .fail());

        assertThat(rows.schema().apply("items").dataType().catalogString())
                .isEqualTo("array<struct<sku:string,pieces:int>>");
        assertThat(Spark.lines(rows.drop("value")))
                .containsExactly(
                        "[1,[{a, 2}, {b, null}],[{\"sku\":\"a\",\"pieces\":2},{\"pieces\":null,"
                                + "\"sku\":\"b\",\"x\":1}]]",
                        "[2,[],[]]",
                        "[3,null,null]",
                        "[4,null,null]");
        assertThat(rows.queryExecution().optimizedPlan().toString().split("json_fields\\(", -1))
                .hasSize(2);
    }

    @Test
    void aPartThatDoesNotConvertMakesTheRowMalformed() {
        List<String> malformed = List.of(
                "{\"items\":[{\"sku\":\"a\",\"pieces\":\"two\"}]}",
                "{\"items\":[{\"sku\":\"a\",\"pieces\":1.5}]}",
                "{\"items\":[{\"sku\":\"a\",\"pieces\":3000000000}]}",
                "{\"items\":[7]}",
                "{\"items\":7}",
                "{\"items\":\"\"}",
                "{\"items\":\"none\"}");
        JsonFields items = Transforms.jsonFields("value").field("items", "$.items", ITEMS);

        for (String document : malformed) {
            Dataset<Row> rows = documents(document);
            assertThat(Spark.lines(rows.transform(items.route().malformed()).select("reason")))
                    .as(document)
                    .containsExactly("[items is not of type array<struct<sku:string,pieces:int>>]");
            assertThat(Spark.lines(rows.transform(items).select("items"))).containsExactly("[null]");
            assertThat(rows.transform(items.route()).isEmpty()).isTrue();
            assertThatThrownBy(() -> rows.transform(items.fail()).collectAsList())
                    .hasMessageContaining("items is not of type array");
        }
    }

    @Test
    void aDecimalInADocumentKeepsItsDigits() {
        String document = "{\"prices\":[12345678901234567.89, 1e3, 1.50]}";

        Dataset<Row> rows = documents(document);

        assertThat(Spark.lines(rows.transform(Transforms.jsonFields("value")
                                .field("p", "$.prices", "ARRAY<DECIMAL(20,2)>")
                                .string("s", "$.prices"))
                        .drop("value")))
                .containsExactly("[[12345678901234567.89, 1000.00, 1.50],[1.2345678901234568E16,1000.0,1.5]]");
        assertThat(Spark.lines(
                        rows.transform(Transforms.jsonFields("value").field("p", "$.prices[*]", "ARRAY<DECIMAL(20,2)>"))
                                .drop("value")))
                .containsExactly("[[12345678901234567.89, 1000.00, 1.50]]");
        assertThat(Spark.lines(documents("{\"prices\":[1e999999999]}")
                        .transform(Transforms.jsonFields("value")
                                .field("p", "$.prices", "ARRAY<DECIMAL(20,2)>")
                                .route()
                                .malformed())
                        .select("reason")))
                .containsExactly("[p is not of type array<decimal(20,2)>]");
    }

    @Test
    void withinAValueTheRulesOfFromJsonHold() {
        assertThat(read("{\"v\":[1767225600,\"2026-01-01T00:00:00Z\"]}", "ARRAY<TIMESTAMP>"))
                .isEqualTo("[[2026-01-01 00:00:00, 2026-01-01 00:00:00]]");
        assertThat(read("{\"v\":{\"n\":7}}", "ARRAY<STRUCT<n INT>>")).isEqualTo("[[{7}]]");
        assertThat(read("{\"v\":[7.0]}", "ARRAY<INT>")).isEqualTo("[null]");
        assertThat(read("{\"v\":[\"0000-01-01\"]}", "ARRAY<DATE>")).isEqualTo("[[0000-01-01]]");
        assertThat(read("{\"v\":\"[1, 2]\"}", "ARRAY<INT>")).isEqualTo("[[1, 2]]");
    }

    private static String read(String document, String type) {
        return Spark.lines(documents(document)
                        .transform(Transforms.jsonFields("value").field("v", "$.v", type))
                        .select("v"))
                .get(0);
    }

    @Test
    void otherTypesAreReadAsByTheCallOfTheirOwn() {
        Dataset<Row> rows = documents("{\"n\":7.0,\"at\":\"2026-03-01T10:00:00Z\",\"p\":1.005}");
        JsonFields named = Transforms.jsonFields("value")
                .field("n", "$.n", "INT")
                .field("at", "$.at", DataTypes.TimestampType)
                .field("p", "$.p", "DECIMAL(10,2)");
        JsonFields own = Transforms.jsonFields("value")
                .integer("n", "$.n")
                .timestamp("at", "$.at")
                .decimal("p", "$.p", 10, 2);

        assertThat(rows.transform(named).schema()).isEqualTo(rows.transform(own).schema());
        assertThat(Spark.lines(rows.transform(named))).isEqualTo(Spark.lines(rows.transform(own)));
        assertThat(named.describe())
                .isEqualTo("jsonFields(value).field(n, $.n, int).field(at, $.at, timestamp)"
                        + ".field(p, $.p, decimal(10,2))");
    }

    @Test
    void typesThatNoDocumentHoldsAreRefused() {
        JsonFields fields = Transforms.jsonFields("value");

        for (String type : List.of("BINARY", "MAP<INT, STRING>", "SMALLINT", "ARRAY<VARCHAR(3)>")) {
            assertThatThrownBy(() -> fields.field("x", "$.x", type))
                    .as(type)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(
                            "field\\(x, \\$\\.x\\): .* is not a type that a document can hold\\. Use string,"
                                    + " int, bigint, decimal, double, boolean, timestamp or date, or an array, a"
                                    + " struct or a map with keys of strings\\.");
        }
        assertThatThrownBy(() -> fields.field("x", "$.x", "ARAY<INT>"))
                .hasMessageStartingWith("field(x, $.x, ARAY<INT>): this is not a type of Spark's SQL.");
    }

    /** Documents of random types, some parts missing or null, one in four with a part of another type. */
    @Test
    void valuesAreThoseOfFromJson() {
        long wellFormed = 0;
        long malformed = 0;
        for (int round = 0; round < 60; round++) {
            DataType type = type(1 + random.nextInt(3));
            List<String> documents =
                    Stream.generate(() -> document(type)).limit(30).toList();
            List<String> good = documents.stream()
                    .filter(document -> convertsStrictly(document, type))
                    .toList();
            JsonRoute route =
                    Transforms.jsonFields("value").field("v", "$.v", type).route();
            Dataset<Row> rows = documents(documents.toArray(String[]::new));

            // Spark's own is not asked about the others: it stops the query at some of them.
            List<Row> expected = documents(good.toArray(String[]::new))
                    .withColumn("v", from_json(get_json_object(col("value"), "$.v"), type))
                    .collectAsList();
            assertThat(rows.transform(route).collectAsList())
                    .as(type.catalogString())
                    .isEqualTo(expected);
            assertThat(rows.transform(route.malformed()).count())
                    .as(type.catalogString())
                    .isEqualTo(documents.size() - good.size());
            wellFormed += good.size();
            malformed += documents.size() - good.size();
        }
        assertThat(wellFormed).isGreaterThan(900);
        assertThat(malformed).isGreaterThan(100);
    }

    /** Whether Spark's own conversion takes the whole value, so that it leaves nothing out. */
    private static boolean convertsStrictly(String document, DataType type) {
        try {
            Dataset<Row> value = Spark.session()
                    .createDataset(List.of(document), Encoders.STRING())
                    .select(get_json_object(col("value"), "$.v").as("v"));
            Row read = value.select(
                            col("v"),
                            from_json(col("v"), type, java.util.Map.of("mode", "FAILFAST"))
                                    .as("read"))
                    .head();
            return read.isNullAt(0) || !read.isNullAt(1);
        } catch (Exception e) {
            return false;
        }
    }

    private DataType type(int depth) {
        return switch (random.nextInt(3)) {
            case 0 -> DataTypes.createArrayType(part(depth));
            case 1 -> DataTypes.createMapType(DataTypes.StringType, part(depth));
            default ->
                DataTypes.createStructType(IntStream.range(0, 1 + random.nextInt(4))
                        .mapToObj(field -> DataTypes.createStructField("f" + field, part(depth), true))
                        .toList());
        };
    }

    private DataType part(int depth) {
        return depth == 0 || random.nextInt(3) == 0 ? LEAVES.get(random.nextInt(LEAVES.size())) : type(depth - 1);
    }

    private String document(DataType type) {
        double wrong = random.nextInt(4) == 0 ? 0.2 : 0;
        return switch (random.nextInt(20)) {
            case 0 -> "{}";
            case 1 -> "{\"v\": null}";
            default -> "{\"v\": " + value(type, wrong) + "}";
        };
    }

    private String value(DataType type, double wrong) {
        if (random.nextDouble() < wrong) {
            return List.of("\"x\"", "7", "1.5", "true", "[]", "{}", "[{}]").get(random.nextInt(7));
        }
        if (type instanceof ArrayType array) {
            return joined(3, "[", "]", at -> orNull(array.elementType(), wrong));
        }
        if (type instanceof MapType map) {
            return joined(3, "{", "}", at -> "\"k" + at + "\":" + orNull(map.valueType(), wrong));
        }
        if (type instanceof StructType struct) {
            List<String> members = new ArrayList<>();
            for (StructField field : struct.fields()) {
                if (random.nextInt(7) > 0) {
                    members.add("\"" + field.name() + "\" : " + orNull(field.dataType(), wrong));
                }
            }
            return "{" + String.join(", ", members) + "}";
        }
        return leaf(type);
    }

    private String orNull(DataType type, double wrong) {
        return random.nextInt(10) == 0 ? "null" : value(type, wrong);
    }

    private String joined(int most, String open, String close, Function<Integer, String> element) {
        return IntStream.range(0, random.nextInt(most + 1))
                .boxed()
                .map(element)
                .collect(Collectors.joining(",", open, close));
    }

    private String leaf(DataType type) {
        return switch (type.typeName()) {
            case "string" -> "\"" + TEXTS.get(random.nextInt(TEXTS.size())) + "\"";
            case "integer" -> String.valueOf(random.nextInt());
            case "long" -> String.valueOf(random.nextLong());
            case "short" -> String.valueOf(random.nextInt(60_000) - 30_000);
            case "double", "float" -> String.valueOf(random.nextGaussian() * 1e6);
            case "boolean" -> String.valueOf(random.nextBoolean());
            case "timestamp" ->
                "\"2026-03-0" + (1 + random.nextInt(9)) + "T10:00:00"
                        + (random.nextBoolean() ? "Z\"" : ".123456+01:00\"");
            case "date" -> "\"2026-03-0" + (1 + random.nextInt(9)) + "\"";
            default -> String.valueOf(random.nextInt(900_000_000) / 1000.0);
        };
    }

    private static Dataset<Row> documents(String... documents) {
        return Spark.session()
                .createDataset(
                        new JavaSparkContext(Spark.session().sparkContext())
                                .parallelize(List.of(documents), 1)
                                .rdd(),
                        Encoders.STRING())
                .toDF("value");
    }
}
