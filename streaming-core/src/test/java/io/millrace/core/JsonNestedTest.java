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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
            DataTypes.ByteType,
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

    @ParameterizedTest(name = "{0} as {1} is {2}")
    @CsvSource(delimiter = '|', textBlock = """
            [127, -128]                              | ARRAY<TINYINT>                 | [[127, -128]]
            [200]                                    | ARRAY<TINYINT>                 | malformed
            [32767, -32768]                          | ARRAY<SMALLINT>                | [[32767, -32768]]
            [32768]                                  | ARRAY<SMALLINT>                | malformed
            [7, 7.0, 7e0, "7"]                       | ARRAY<INT>                     | [[7, 7, 7, 7]]
            [7.5]                                    | ARRAY<INT>                     | malformed
            [2147483648]                             | ARRAY<INT>                     | malformed
            [9223372036854775807]                    | ARRAY<BIGINT>                  | [[9223372036854775807]]
            [9223372036854775808]                    | ARRAY<BIGINT>                  | malformed
            [1767225600]                             | ARRAY<TIMESTAMP>               | malformed
            [18446744073710]                         | ARRAY<TIMESTAMP>               | malformed
            ["12:30"]                                | ARRAY<TIMESTAMP>               | malformed
            ["2026"]                                 | ARRAY<TIMESTAMP>               | malformed
            ["0000-01-01T00:00:00Z"]                 | ARRAY<TIMESTAMP>               | malformed
            ["2026-03-01T10:00:00Z", null]           | ARRAY<TIMESTAMP>               | [[2026-03-01 10:00:00, null]]
            ["2026-03-01T10:00:00"]                  | ARRAY<TIMESTAMP_NTZ>           | [[2026-03-01 10:00:00]]
            ["2026-03-01T10:00:00Z"]                 | ARRAY<TIMESTAMP_NTZ>           | malformed
            ["12:30"]                                | ARRAY<TIMESTAMP_NTZ>           | malformed
            ["20260301"]                             | ARRAY<DATE>                    | malformed
            ["1"]                                    | ARRAY<DATE>                    | malformed
            ["-5"]                                   | ARRAY<DATE>                    | malformed
            ["0000-01-01"]                           | ARRAY<DATE>                    | malformed
            ["2026-03-01"]                           | ARRAY<DATE>                    | [[2026-03-01]]
            {"a":1, "b":null}                        | MAP<STRING, INT>               | [{a -> 1, b -> null}]
            {"a":1, "a":2}                           | MAP<STRING, INT>               | malformed
            {"a":1, "a":null}                        | MAP<STRING, INT>               | malformed
            {"a":1, "a":2}                           | STRUCT<a INT>                  | [{1}]
            {"a":null, "a":2, "a":3}                 | STRUCT<a INT>                  | [{2}]
            {"a":"x", "a":2}                         | STRUCT<a INT>                  | malformed
            {"_corrupt_record":"x", "a":1}           | STRUCT<_corrupt_record STRING, a INT> | [{x, 1}]
            {"_corrupt_record":1}                    | MAP<STRING, INT>               | [{_corrupt_record -> 1}]
            [1e308, 0.1, -0]                         | ARRAY<DOUBLE>                  | [[1.0E308, 0.1, 0.0]]
            [1e400]                                  | ARRAY<DOUBLE>                  | malformed
            [1e99999999999]                          | ARRAY<DOUBLE>                  | malformed
            [3e38, 0.1]                              | ARRAY<FLOAT>                   | [[3.0E38, 0.1]]
            [1e39]                                   | ARRAY<FLOAT>                   | malformed
            "[1,2] rubbish"                          | ARRAY<INT>                     | malformed
            "[1,2]"                                  | ARRAY<INT>                     | malformed
            {"n":7}                                  | ARRAY<STRUCT<n INT>>           | malformed
            [{"n":7}]                                | STRUCT<n INT>                  | malformed
            [[7]]                                    | ARRAY<INT>                     | malformed
            [0.1234567890123456789, 1.50, 1e400]     | ARRAY<STRING> | [[0.1234567890123456789, 1.50, 1e400]]
            [{"p": 1.50}, [1, "x"], "y", true]       | ARRAY<STRING>                  | [[{"p":1.50}, [1,"x"], y, true]]
            [0.1234567890123456789, 1e-5, "2.5"]     | ARRAY<DECIMAL(38,20)>          | \
            [[0.12345678901234567890, 0.00001000000000000000, 2.50000000000000000000]]
            [1e999999999]                            | ARRAY<DECIMAL(38,20)>          | malformed
            [99.995]                                 | ARRAY<DECIMAL(4,2)>            | malformed
            [true, "false"]                          | ARRAY<BOOLEAN>                 | [[true, false]]
            [7]                                      | ARRAY<BOOLEAN>                 | malformed
            {"a":[{"b":{"k":[null, {"c":1}]}}, null]} | STRUCT<a ARRAY<STRUCT<b MAP<STRING, ARRAY<STRUCT<c INT>>>>>> | \
            [{[{{k -> [null, {1}]}}, null]}]
            ["\\uD83D\\uDE00"]                         | ARRAY<STRING>                  | [[😀]]
            ["\\uD83D"]                               | ARRAY<STRING>                  | malformed
            {"a":"\\uD83D", "b":1}                    | STRUCT<b INT>                  | [{1}]
            {"\\uD83D":1}                             | MAP<STRING, INT>               | malformed
            200                                      | TINYINT                        | malformed
            "2026-03-01T10:00:00"                    | TIMESTAMP_NTZ                  | [2026-03-01 10:00:00]
            1e39                                     | FLOAT                          | malformed
            """)
    void aPartIsReadByTheRulesOfATypedField(String json, String type, String expected) {
        assertThat(read("{\"v\":" + json + "}", "$.v", type)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{1} of {0} as {2} is {3}")
    @CsvSource(delimiter = '|', textBlock = """
            {"f":[{"a":1}]}                          | $.f[*].a       | ARRAY<INT>        | [[1]]
            {"f":[{"a":1}, {}, {"a":2}]}             | $.f[*].a       | ARRAY<INT>        | [[1, 2]]
            {"f":[{"a":[1]}]}                        | $.f[*].a       | ARRAY<INT>        | malformed
            {"f":[{"a":[1]}]}                        | $.f[*].a       | ARRAY<ARRAY<INT>> | [[[1]]]
            {"f":[{"a":"x"}]}                        | $.f[*].a       | ARRAY<STRING>     | [[x]]
            {"f":["[1,2]"]}                          | $.f[*]         | ARRAY<INT>        | malformed
            {"f":[{"b":1}]}                          | $.f[*].a       | ARRAY<INT>        | [null]
            {"f":[]}                                 | $.f[*]         | ARRAY<INT>        | [null]
            {"f":[], "f":[{"a":1}]}                  | $.f[*].a       | ARRAY<INT>        | [[1]]
            {"f":[{"a":[{"b":1}]}]}                  | $.f[*].a[*].b  | ARRAY<ARRAY<INT>> | [[[1]]]
            {"f":[[1], [2, 3]]}                      | $.f[*][*]      | ARRAY<INT>        | [[1, 2, 3]]
            {"f":[[1]]}                              | $.f[0][*]      | ARRAY<INT>        | [[1]]
            {"f":[null]}                             | $.f[*]         | ARRAY<INT>        | [[null]]
            {"f":["\\uD83D"]}                         | $.f[*]         | ARRAY<STRING>     | malformed
            {"f":["\\uD83D\\uDE00 ü"]}                | $.f[*]         | ARRAY<STRING>     | [[😀 ü]]
            {"f":[1.50]}                             | $.f[*]         | ARRAY<STRING>     | [[1.50]]
            {"f":[{"a":1, "a":2}]}                   | $.f[*].a       | ARRAY<INT>        | [[1]]
            {"f":[null]}                             | $.f[0]         | ARRAY<INT>        | [null]
            [1, 2]                                   | $              | ARRAY<INT>        | [[1, 2]]
            "[1, 2]"                                 | $              | ARRAY<INT>        | malformed
            """)
    void everyElementGivesAnArray(String document, String path, String type, String expected) {
        assertThat(read(document, path, type)).isEqualTo(expected);
    }

    /** Each of two fields has its own form of the value, in whichever order they stand. */
    @Test
    void aTextBesideAPartIsSparks() {
        JsonFields fields = Transforms.jsonFields("value")
                .string("text", "$.v")
                .field("part", "$.v", "ARRAY<STRING>")
                .decimal("number", "$.v", 20, 2);

        assertThat(Spark.lines(documents("{\"v\":[1.50]}", "{\"v\":\"a\"}", "{\"v\":12345678.90}")
                        .transform(fields)
                        .drop("value")))
                .containsExactlyInAnyOrder("[[1.5],[1.50],null]", "[a,null,null]", "[1.23456789E7,null,12345678.90]");
    }

    private static String read(String document, String path, String type) {
        JsonRoute route = Transforms.jsonFields("value").field("v", path, type).route();
        Dataset<Row> rows = documents(document);
        List<String> good = Spark.lines(rows.transform(route).select("v"));
        return good.isEmpty() ? "malformed" : good.get(0);
    }

    @Test
    void namesOfAStructThatDifferByCaseAloneAreRefused() {
        JsonFields fields = Transforms.jsonFields("value");

        for (String type : List.of("STRUCT<a INT, a INT>", "ARRAY<STRUCT<b MAP<STRING, STRUCT<A INT, a INT>>>>")) {
            assertThatThrownBy(() -> fields.field("x", "$.x", type))
                    .as(type)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("field\\(x, \\$\\.x\\): the struct has a field a twice, and names do not"
                            + " differ by case alone\\. Leave one of them out\\.");
        }
    }

    @Test
    void aStructOfEveryElementIsRefused() {
        assertThatThrownBy(() -> Transforms.jsonFields("value").field("x", "$.f[*].a", "STRUCT<a INT>"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("field(x, $.f[*].a): a path with [*] finds an array, and struct<a:int> is not one. Use"
                        + " array<struct<a:int>>.");
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

        for (String type : List.of(
                "BINARY",
                "ARRAY<BINARY>",
                "MAP<INT, STRING>",
                "STRUCT<a MAP<DATE, STRING>>",
                "ARRAY<VARCHAR(3)>",
                "ARRAY<VOID>",
                "MAP<STRING, INTERVAL DAY TO SECOND>")) {
            assertThatThrownBy(() -> fields.field("x", "$.x", type))
                    .as(type)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching(
                            "field\\(x, \\$\\.x\\): .* is not a type that a document can hold\\. Use string,"
                                    + " tinyint, smallint, int, bigint, decimal, float, double, boolean, timestamp,"
                                    + " timestamp_ntz or date, or an array, a struct or a map of these, with keys of"
                                    + " strings\\.");
        }
        assertThatThrownBy(() -> fields.field("x", "$.x", "ARAY<INT>"))
                .hasMessageStartingWith("field(x, $.x, ARAY<INT>): this is not a type of Spark's SQL.");
    }

    /**
     * Documents of random types, some parts missing or null, one in four with a part of another type. What is taken is
     * what Spark's own conversion takes as a whole and gives, and no document without such a part is malformed.
     */
    @Test
    void valuesAreThoseOfFromJson() {
        long converted = 0;
        long malformed = 0;
        for (int round = 0; round < 60; round++) {
            DataType type = type(1 + random.nextInt(3));
            List<String> right = documents(type, 22, 0);
            List<String> perhapsWrong = documents(type, 8, 0.2);
            JsonRoute route =
                    Transforms.jsonFields("value").field("v", "$.v", type).route();
            assertThat(rows(right).transform(route.malformed()).isEmpty())
                    .as(type.catalogString())
                    .isTrue();
            Dataset<Row> all =
                    rows(Stream.concat(right.stream(), perhapsWrong.stream()).toList());
            List<Row> read = all.transform(route).collectAsList();
            List<String> good = read.stream().map(row -> row.getString(0)).toList();

            // Spark's own is not asked about the others: it stops the query at some of them.
            List<Row> expected = rows(good)
                    .withColumn("v", from_json(get_json_object(col("value"), "$.v"), type))
                    .collectAsList();
            assertThat(read).as(type.catalogString()).isEqualTo(expected);
            assertThat(good)
                    .as(type.catalogString())
                    .allMatch(document -> right.contains(document) || convertsStrictly(document, type));
            converted += good.size();
            malformed += all.transform(route.malformed()).count();
        }
        assertThat(converted).isGreaterThan(1_300);
        assertThat(malformed).isGreaterThan(100);
    }

    private List<String> documents(DataType type, int count, double wrong) {
        return Stream.generate(() -> document(type, wrong)).limit(count).toList();
    }

    private static Dataset<Row> rows(List<String> documents) {
        return documents(documents.toArray(String[]::new));
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

    private String document(DataType type, double wrong) {
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
            case "byte" -> String.valueOf(random.nextInt(256) - 128);
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
