package io.millrace.core;

import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** Steps that change, add or remove columns, and rows of elements. */
class ColumnStepsTest {
    private static final Dataset<Row> ORDERS = Spark.sql("SELECT * FROM VALUES"
            + " (1, array(named_struct('sku', 'a', 'pieces', 2), named_struct('sku', 'b', 'pieces', NULL))),"
            + " (2, array()), (3, NULL) AS orders (order, items)");

    @Test
    void aColumnIsAddedOrReplaced() {
        Dataset<Row> rows = Spark.sql("SELECT 2 AS n, 'x' AS zip");

        assertThat(rows.transform(Transforms.withColumn("n", "n * 2")).columns())
                .containsExactly("n", "zip");
        assertThat(Spark.lines(rows.transform(Transforms.withColumn("n", col("n").multiply(2)))))
                .containsExactly("[4,x]");
        assertThat(Spark.lines(rows.transform(Transforms.withColumn("twice", "n * 2"))))
                .containsExactly("[2,x,4]");
        assertThatThrownBy(() -> Transforms.withColumn("total", "price *"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("withColumn(price *): this is not an expression of Spark's SQL. Write it as in a SELECT,"
                        + " such as price * pieces.");
        assertThatThrownBy(() -> rows.transform(Transforms.withColumn("total", "price * 2")))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("`price`")
                .hasMessageContaining("(columns: n, zip)");
    }

    @Test
    void aDroppedColumnHasToExist() {
        Dataset<Row> rows = Spark.sql("SELECT 2 AS n, 'x' AS zip, 1 AS `a.b`");

        assertThat(rows.transform(Transforms.drop("n", "a.b")).columns()).containsExactly("zip");
        assertThatThrownBy(() -> rows.transform(Transforms.drop("zpi")))
                .hasMessage("Transform drop(zpi): drop(zpi): there is no such column (columns: n, zip, a.b). Name one"
                        + " of these, or add the column in an earlier step.");
    }

    @Test
    void eachElementOfAnArrayGetsARow() {
        Dataset<Row> items = ORDERS.transform(Transforms.explode("items", "item"));

        assertThat(items.columns()).containsExactly("order", "item");
        assertThat(Spark.lines(items)).containsExactly("[1,{a, 2}]", "[1,{b, null}]");
        assertThat(Spark.lines(ORDERS.transform(Transforms.explodeOuter("items", "items"))))
                .containsExactly("[1,{a, 2}]", "[1,{b, null}]", "[2,null]", "[3,null]");
    }

    @Test
    void eachEntryOfAMapGetsARow() {
        Dataset<Row> rows = Spark.sql("SELECT 1 AS id, map('a', 2, 'b', 3) AS counts");

        assertThat(Spark.lines(rows.transform(Transforms.explode("counts", "entry"))
                        .transform(Transforms.select("entry.key", "entry.value"))))
                .containsExactly("[a,2]", "[b,3]");
    }

    @Test
    void anArrayInAStructLeavesTheStruct() {
        Dataset<Row> rows = Spark.sql("SELECT named_struct('items', array(1, 2), 'id', 7) AS order");

        assertThat(Spark.lines(rows.transform(Transforms.explode("order.items", "item"))
                        .transform(Transforms.select("order.id", "item"))))
                .containsExactly("[7,1]", "[7,2]");
    }

    @Test
    void whatIsNotAnArrayDoesNotExplode() {
        assertThatThrownBy(() -> ORDERS.transform(Transforms.explode("order", "item")))
                .hasMessage("Transform explode(order, item): explode(order): the column is int, but an array or a map"
                        + " is required. Name the column that holds the elements, or make it an array first, such as"
                        + " with split or from_json.");
        assertThatThrownBy(() -> ORDERS.transform(Transforms.explode("items", "order")))
                .hasMessageContaining("explode(order): two columns would be named order.");
    }

    @Test
    void theFieldsOfAnElementAreTakenByTheirPath() {
        Dataset<Row> items = ORDERS.transform(Transforms.explode("items", "item"));

        assertThat(Spark.lines(items.transform(Transforms.select("order", "item.sku"))))
                .containsExactly("[1,a]", "[1,b]");
        assertThat(items.transform(Transforms.select("order", "item.sku")).columns())
                .containsExactly("order", "sku");
        assertThat(Spark.lines(items.transform(Transforms.withColumn("sku", "item.sku"))
                        .transform(Transforms.drop("item"))))
                .containsExactly("[1,a]", "[1,b]");
        assertThat(Spark.lines(items.transform(Transforms.countBy("item.sku")))).containsExactly("[a,1]", "[b,1]");
        assertThat(Spark.lines(
                        items.transform(Transforms.toJson("item.sku", "order").keyedBy("item.sku"))))
                .containsExactly("[a,{\"sku\":\"a\",\"order\":1}]", "[b,{\"sku\":\"b\",\"order\":1}]");
        Dataset<Row> timed = items.withColumn(
                "at", org.apache.spark.sql.functions.lit("2026-01-01 00:01:00").cast("timestamp"));
        Dataset<Row> windows = timed.transform(Transforms.windowed("at", ofMinutes(10))
                .by("item.sku")
                .aggregate(sum("item.pieces").as("pieces")));
        assertThat(windows.columns()).containsExactly("window_start", "window_end", "sku", "pieces");
        assertThat(Spark.lines(windows))
                .containsExactly(
                        "[2026-01-01 00:00:00,2026-01-01 00:10:00,a,2]",
                        "[2026-01-01 00:00:00,2026-01-01 00:10:00,b,null]");
    }

    @Test
    void aFieldOfAStructIsRefusedWhereAColumnIsRequired() {
        Dataset<Row> items = ORDERS.transform(Transforms.explode("items", "item"));
        String refusal = "(item.sku): this is a field of a struct, and a column of its own is required."
                + " Take it out in an earlier step, such as with withColumn(\"sku\", \"item.sku\").";

        for (Transform step : List.of(
                Transforms.cast("item.sku", "int"),
                Transforms.rename("item.sku", "sku"),
                Transforms.drop("item.sku"),
                Transforms.fillNulls("item.sku", "none"),
                Transforms.dropDuplicates("item.sku"),
                Transforms.join(spark -> spark.sql("SELECT 'a' AS sku"), "item.sku"))) {
            assertThatThrownBy(() -> items.transform(step))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageEndingWith(refusal);
        }
        assertThatThrownBy(() -> items.transform(Transforms.withColumn("item.sku", "'x'")))
                .hasMessageContaining("withColumn(item.sku): this is a field of a struct, and the new column would"
                        + " stand beside the struct under this name.");
    }

    @Test
    void aDotInANameIsPartOfTheName() {
        Dataset<Row> rows = Spark.sql("SELECT '7' AS `a.b`, named_struct('b', 'inner') AS a,"
                + " TIMESTAMP '2026-01-01 00:01:00' AS `at.time`, array(1) AS `c.d`");

        assertThat(Spark.lines(rows.transform(Transforms.select("a.b", "a")))).containsExactly("[7,{inner}]");
        assertThat(rows.transform(Transforms.cast("a.b", "int")).columns())
                .containsExactly("a.b", "a", "at.time", "c.d");
        assertThat(rows.transform(Transforms.cast("a.b", "int"))
                        .schema()
                        .apply("a.b")
                        .dataType())
                .isEqualTo(DataTypes.IntegerType);
        assertThat(rows.transform(Transforms.rename("a.b", "ab")).columns()).startsWith("ab");
        assertThat(rows.transform(Transforms.withColumn("a.b", "1")).columns()).hasSize(4);
        assertThat(rows.transform(Transforms.explode("c.d", "e")).columns())
                .containsExactly("a.b", "a", "at.time", "e");
        assertThat(Spark.lines(rows.transform(Transforms.countBy("a.b")))).containsExactly("[7,1]");
        assertThat(Spark.lines(rows.transform(
                        Transforms.windowedCount("at.time", ofMinutes(10)).by("a.b"))))
                .containsExactly("[2026-01-01 00:00:00,2026-01-01 00:10:00,7,1]");
        assertThat(Spark.lines(rows.transform(Transforms.toJson("a.b").keyedBy("a.b"))))
                .containsExactly("[7,{\"a.b\":\"7\"}]");
        assertThat(rows.transform(Transforms.dropDuplicates("a.b")).count()).isOne();
    }

    @Test
    void aTypeCanBeNamedAsInSql() {
        Dataset<Row> rows = Spark.sql("SELECT '12.345' AS price");

        assertThat(Spark.lines(rows.transform(Transforms.cast("price", "decimal(10,2)"))))
                .containsExactly("[12.35]");
        assertThat(Transforms.cast("price", "DECIMAL(10, 2)"))
                .isEqualTo(Transforms.cast("price", DataTypes.createDecimalType(10, 2)));
        assertThatThrownBy(() -> Transforms.cast("price", "decmal(10,2)"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cast(price, decmal(10,2)): this is not a type of Spark's SQL. Write it as in CREATE TABLE,"
                        + " such as bigint, decimal(10,2) or array<string>.");
    }

    @Test
    void nullsAreFilledWithAValueOfTheType() {
        Dataset<Row> rows = Spark.sql("SELECT CAST(NULL AS INT) AS n, CAST(NULL AS DECIMAL(5,2)) AS price,"
                + " CAST(NULL AS STRING) AS zip, CAST(NULL AS DATE) AS day, CAST(NULL AS DOUBLE) AS ratio");
        Transform filled = Transforms.fillNulls("n", 7L)
                .andThen(Transforms.fillNulls("price", new BigDecimal("0.50")))
                .andThen(Transforms.fillNulls("zip", "none"))
                .andThen(Transforms.fillNulls("day", LocalDate.of(2026, 1, 2)))
                .andThen(Transforms.fillNulls("ratio", 0.1));

        assertThat(Spark.lines(rows.transform(filled))).containsExactly("[7,0.50,none,2026-01-02,0.1]");
        assertThat(rows.transform(filled).schema().simpleString())
                .isEqualTo(rows.schema().simpleString());
        assertThat(Spark.lines(Spark.sql("SELECT DOUBLE('NaN') AS x").transform(Transforms.fillNulls("x", 0))))
                .containsExactly("[NaN]");
    }

    @Test
    void aValueThatTheColumnCannotHoldIsRefused() {
        Dataset<Row> rows = Spark.sql("SELECT 1 AS n, CAST(1 AS DECIMAL(5,2)) AS price, 'x' AS zip, DATE '2026-01-01'"
                + " AS day, DOUBLE(1) AS ratio");

        assertThatThrownBy(() -> rows.transform(Transforms.fillNulls("n", "none")))
                .hasMessage(
                        "Transform fillNulls(n, none): fillNulls(n, none): the column is int, which cannot hold this"
                                + " value as it is. Pass a value of the type of the column, or cast the column first.");
        Map.<String, List<Object>>of(
                        "n", List.of(1.5, 3_000_000_000L, true),
                        "price", List.of(new BigDecimal("0.005"), 1_000, Double.NaN),
                        "zip", List.of(9000),
                        "day", List.of("2026-01-01"),
                        "ratio", List.of(Long.MAX_VALUE, "1"))
                .forEach((column, values) -> values.forEach(
                        value -> assertThatThrownBy(() -> rows.transform(Transforms.fillNulls(column, value)))
                                .isInstanceOf(ValidationException.class)
                                .hasMessageContaining("which cannot hold this value")));
        assertThatThrownBy(() -> Transforms.fillNulls("n", new Object()))
                .hasMessageStartingWith("fillNulls(n): Spark has no plain value for a java.lang.Object.");
    }

    @Test
    void whatFillsNullsIsThatValueOrRefused() {
        Dataset<Row> rows = Spark.sql("SELECT CAST(NULL AS DECIMAL(20,10)) AS d, CAST(NULL AS FLOAT) AS f,"
                + " CAST(NULL AS DECIMAL(38,0)) AS big, CAST(NULL AS TIMESTAMP) AS at");

        assertThat(Spark.lines(rows.transform(Transforms.fillNulls("d", 0.1f)).select("d")))
                .containsExactly(Spark.lines(Spark.sql("SELECT CAST('0.1' AS DECIMAL(20,10)) AS d"))
                        .get(0));
        assertThat(Spark.lines(rows.transform(Transforms.fillNulls("big", new BigInteger("9".repeat(38))))
                        .select("big")))
                .singleElement()
                .asString()
                .contains("9".repeat(38));
        for (Transform refused : List.of(
                Transforms.fillNulls("f", 1e300),
                Transforms.fillNulls("big", new BigDecimal("1.5" + "0".repeat(50) + "1")),
                Transforms.fillNulls("at", Instant.parse("2026-01-01T00:00:00.123456789Z")))) {
            assertThatThrownBy(() -> rows.transform(refused))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("which cannot hold this value as it is");
        }
        for (Object refused : List.of(col("d"), new byte[] {1})) {
            assertThatThrownBy(() -> Transforms.fillNulls("d", refused))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Pass a text, a number, a boolean or a time.");
        }
    }

    @Test
    void aTimeThatFillsNullsIsACopy() {
        Timestamp time = Timestamp.from(Instant.EPOCH);
        Transform filled = Transforms.fillNulls("at", time);
        String before = filled.describe();
        time.setTime(1);

        assertThat(filled.describe()).isEqualTo(before);
    }

    @Test
    void listsAreTakenAsNamesAre() {
        List<String> names = List.of("zip", "n");

        assertThat(Transforms.select(names)).isEqualTo(Transforms.select("zip", "n"));
        assertThat(Transforms.countBy(names)).isEqualTo(Transforms.countBy("zip", "n"));
        assertThat(Transforms.drop(names)).isEqualTo(Transforms.drop("zip", "n"));
        assertThat(Transforms.dropDuplicates(names)).isEqualTo(Transforms.dropDuplicates("zip", "n"));
        assertThat(Transforms.dropDuplicatesWithinWatermark(names))
                .isEqualTo(Transforms.dropDuplicatesWithinWatermark("zip", "n"));
        assertThat(Transforms.toJson(names)).isEqualTo(Transforms.toJson("zip", "n"));
        WindowedAggregation windows = Transforms.windowedCount("at", ofMinutes(1));
        assertThat(windows.by(names)).isEqualTo(windows.by("zip", "n"));
        assertThat(windows.aggregate(List.of(sum("n")))).isEqualTo(windows.aggregate(sum("n")));
        SessionAggregation sessions = Transforms.sessionCount("at", ofMinutes(1));
        assertThat(sessions.by(names)).isEqualTo(sessions.by("zip", "n"));
        assertThat(sessions.aggregate(List.of(sum("n")))).isEqualTo(sessions.aggregate(sum("n")));
    }

    @Test
    void aSecondColumnOfANameIsRefused() {
        Dataset<Row> rows = Spark.sql("SELECT 1 AS value, named_struct('value', 2, 'x', array(1)) AS s");

        for (Transform twice : List.of(
                Transforms.select("value", "s.value"),
                Transforms.select("value", "VALUE"),
                Transforms.rename("value", "s.x"),
                Transforms.explode("s.x", "s.x"))) {
            assertThatThrownBy(() -> rows.transform(twice))
                    .as(twice.describe())
                    .isInstanceOf(ValidationException.class);
        }
    }

    @Test
    void aNameInAnExpressionIsRefused() {
        assertThatThrownBy(() -> Transforms.withColumn("total", "price pieces"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("write the operator that is missing");
        assertThatThrownBy(() -> Transforms.where("a b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theColumnOfTheWatermarkIsNotReplaced() {
        Dataset<Row> stream = Spark.rate().withWatermark("timestamp", "1 minute");

        for (Transform replacing : List.of(
                Transforms.withColumn("timestamp", "timestamp + INTERVAL 1 DAY"),
                Transforms.cast("timestamp", "date"),
                Transforms.fillNulls("timestamp", Instant.EPOCH))) {
            assertThatThrownBy(() -> stream.transform(replacing))
                    .as(replacing.describe())
                    .hasMessageContaining("this replaces the column of the watermark, which would be lost");
        }
        assertThat(stream.transform(Transforms.cast("timestamp", "timestamp"))
                        .queryExecution()
                        .analyzed())
                .isEqualTo(stream.queryExecution().analyzed());
    }

    @Test
    void aColumnWithABacktickIsFound() {
        Dataset<Row> rows = Spark.sql("SELECT 1 AS `a``b`, array(2) AS `c``d`");

        assertThat(rows.transform(Transforms.select("a`b")).columns()).containsExactly("a`b");
        assertThat(rows.transform(Transforms.explode("c`d", "e")).columns()).containsExactly("a`b", "e");
    }
}
