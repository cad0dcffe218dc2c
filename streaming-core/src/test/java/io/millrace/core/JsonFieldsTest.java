package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class JsonFieldsTest {
    private static final JsonFields HITS =
            Transforms.jsonFields("value").string("zip", "$.zip").integer("count", "$.count");

    @Test
    void everyTypeIsTheValueInTheDocument() {
        Dataset<Row> rows = documents(
                "{\"s\":\"x\",\"i\":-7,\"l\":9000000000,\"d\":12.345,\"r\":2.5,\"b\":true,\"t\":\"2026-03-01T10:00:"
                        + "00Z\",\"y\":\"2026-03-01\",\"j\":{ \"k\" : [ 1 ] }}");

        Dataset<Row> fields = rows.transform(Transforms.jsonFields("value")
                        .string("s", "$.s")
                        .integer("i", "$.i")
                        .bigint("l", "$.l")
                        .decimal("d", "$.d", 10, 2)
                        .doublePrecision("r", "$.r")
                        .bool("b", "$.b")
                        .timestamp("t", "$.t")
                        .date("y", "$.y")
                        .json("j", "$.j"))
                .drop("value");

        assertThat(fields.schema().toDDL())
                .isEqualTo("s STRING,i INT,l BIGINT,d DECIMAL(10,2),r DOUBLE,b BOOLEAN,t TIMESTAMP,y DATE,j STRING");
        assertThat(Spark.lines(fields))
                .containsExactly("[x,-7,9000000000,12.35,2.5,true,2026-03-01 10:00:00,2026-03-01,{\"k\":[1]}]");
    }

    @Test
    void fieldsReplaceColumnsOfTheirName() {
        Dataset<Row> rows =
                Spark.sql("SELECT 'old' AS zip, '{\"zip\":\"9000\",\"value\":\"inner\"}' AS value, 1 AS id");

        Dataset<Row> fields = rows.transform(
                Transforms.jsonFields("value").string("zip", "$.zip").string("value", "$.value"));

        assertThat(fields.columns()).containsExactly("zip", "value", "id");
        assertThat(Spark.lines(fields)).containsExactly("[9000,inner,1]");
    }

    @Test
    void readsBinaryAsItReadsText() {
        Dataset<Row> text = documents("{\"zip\":\"Zürich\",\"count\":1}", "{\"zip\":", "null", "");
        Dataset<Row> binary = text.withColumn("value", col("value").cast("binary"));

        assertThat(Spark.lines(binary.transform(HITS).drop("value")))
                .isEqualTo(Spark.lines(text.transform(HITS).drop("value")))
                .containsExactly("[Zürich,1]", "[null,null]", "[null,null]", "[null,null]");
    }

    @Test
    void keepsMalformedRowsWithNullsByDefault() {
        Dataset<Row> rows = documents("{\"zip\":\"9000\",\"count\":\"many\"}", "{\"zip\":\"9001\",\"count\":1");

        assertThat(Spark.lines(rows.transform(HITS).drop("value")))
                .isEqualTo(Spark.lines(rows.transform(HITS.fail().nullify()).drop("value")))
                .containsExactly("[9000,null]", "[null,null]");
    }

    @Test
    void aRowWithoutADocumentIsNotMalformed() {
        Dataset<Row> rows = Spark.sql("SELECT CAST(NULL AS BINARY) AS value");

        assertThat(Spark.lines(rows.transform(HITS.fail()))).containsExactly("[null,null,null]");
        assertThat(Spark.lines(rows.transform(HITS.route()))).containsExactly("[null,null,null]");
        assertThat(Spark.lines(rows.transform(HITS.route().malformed()))).isEmpty();
    }

    @Test
    void failsAtAMalformedDocumentWithoutShowingIt() {
        Dataset<Row> rows = Spark.sql(
                "SELECT '{\"zip\":secret}' AS value, 'hits' AS topic, 3 AS partition, id AS offset FROM range(42, 43)");

        assertThat(reason(() -> rows.transform(HITS.fail()).collect()))
                .isEqualTo("jsonFields(value).string(zip, $.zip).integer(count, $.count).fail(): malformed JSON at"
                        + " character 13:"
                        + " Unrecognized token '...': was expecting (JSON String, Number, Array, Object or"
                        + " token '...', '...' or '...') (topic hits, partition 3, offset 42)");
    }

    @Test
    void failsAtAFieldThatDoesNotConvert() {
        Dataset<Row> rows = documents("{\"count\":3000000000}");

        assertThat(reason(() -> rows.transform(HITS.fail()).collect())).endsWith(".fail(): count is not of type int");
    }

    @Test
    void failsEvenIfNoFieldIsUsed() {
        assertThat(reason(() ->
                        documents("{").transform(HITS.fail()).groupBy().count().collect()))
                .endsWith("malformed JSON at character 1: Unexpected end-of-input: expected close marker for Object");
    }

    @Test
    void separatesGoodRowsFromMalformedOnes() {
        Dataset<Row> rows = Spark.sql("SELECT CAST(value AS BINARY) AS value, 'hits' AS topic, 3 AS partition,"
                + " offset, TIMESTAMP '2026-03-01 10:00:00' AS timestamp FROM VALUES"
                + " ('{\"zip\":\"9000\",\"count\":1}', 0L), ('{\"zip\"}', 1L), ('{\"zip\":1,\"count\":\"x\"}', 2L)"
                + " AS rows(value, offset)");
        JsonRoute hits = HITS.route();

        assertThat(Spark.lines(rows.transform(hits).select("zip", "count", "offset")))
                .containsExactly("[9000,1,0]");
        assertThat(rows.transform(hits.malformed()).schema().toDDL().replace(" NOT NULL", ""))
                .isEqualTo("value BINARY,key BINARY,topic STRING,partition INT,offset BIGINT,timestamp TIMESTAMP,"
                        + "reason STRING");
        assertThat(Spark.lines(rows.transform(hits.malformed())))
                .containsExactly(
                        "[{\"zip\":1,\"count\":\"x\"},null,hits,3,2,2026-03-01 10:00:00,count is not of type int]",
                        "[{\"zip\"},null,hits,3,1,2026-03-01 10:00:00,malformed JSON at character 7: Unexpected"
                                + " character"
                                + " ('...' (code 125)): was expecting a colon to separate field name and value]");
    }

    @Test
    void aMalformedRowGivesEveryReason() {
        JsonRoute route = Transforms.jsonFields("value")
                .date("day", "$.day")
                .decimal("price", "$.price", 4, 2)
                .bool("paid", "$.paid")
                .route();

        assertThat(Spark.lines(documents("{\"day\":\"soon\",\"price\":100,\"paid\":true}")
                        .transform(route.malformed())))
                .containsExactly(
                        "[{\"day\":\"soon\",\"price\":100,\"paid\":true},null,null,null,null,null,day is not of type"
                                + " date; price is not of type decimal(4,2)]");
    }

    @Test
    void aSessionThatCastsStrictlyConvertsTheSame() {
        SparkSession strict = Spark.session().newSession();
        strict.conf().set("spark.sql.ansi.enabled", true);
        Dataset<Row> rows = strict.sql("SELECT '{\"count\":1.5}' AS value UNION ALL SELECT '{\"count\":\"7\"}'");

        assertThat(Spark.lines(rows.transform(HITS).select("count"))).containsExactly("[7]", "[null]");
        assertThat(Spark.lines(rows.transform(HITS.route().malformed()).select("reason")))
                .containsExactly("[count is not of type int]");
    }

    @Test
    void aColumnWithTheNameOfTheStepsOwnColumnIsKept() {
        Dataset<Row> rows = Spark.sql("SELECT '{\"zip\":\"9000\",\"count\":1}' AS value, 'mine' AS __JSON_fields");

        assertThat(Spark.lines(rows.transform(HITS).drop("value"))).containsExactly("[mine,9000,1]");
        assertThat(Spark.lines(
                        rows.transform(HITS.string("__json_fields", "$.zip")).drop("value")))
                .containsExactly("[9000,9000,1]");
    }

    @Test
    void parsesOnceWhateverStepsFollow() {
        Dataset<Row> filtered = documents("{\"zip\":\"9000\",\"count\":1}")
                .transform(HITS)
                .where(col("zip").equalTo("9000").and(col("count").gt(0)))
                .select(col("zip"), col("count").plus(col("count")));

        assertThat(Spark.lines(filtered)).containsExactly("[9000,2]");
        assertThat(parses(filtered)).isOne();
        assertThat(parses(documents("{}").transform(HITS.route()).where("count = 1")))
                .isOne();
    }

    @Test
    void doesNotParseIfNoFieldIsUsed() {
        assertThat(parses(documents("{}").transform(HITS).select("value"))).isZero();
    }

    @Test
    void readsTheSameWithoutGeneratedCode() {
        SparkSession interpreted = Spark.session().newSession();
        interpreted.conf().set("spark.sql.codegen.wholeStage", false);
        interpreted.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
        Dataset<Row> rows = interpreted.range(3).selectExpr("concat('{\"zip\":', id, ',\"count\":', id, '}') AS value");

        assertThat(Spark.lines(rows.transform(HITS).select("zip", "count"))).containsExactly("[0,0]", "[1,1]", "[2,2]");
    }

    /** With more than a hundred columns Spark generates code for each step instead of for the whole stage. */
    @Test
    void readsMoreFieldsThanAStageOfGeneratedCodeTakes() {
        JsonFields wide = Transforms.jsonFields("value");
        StringBuilder document = new StringBuilder("{\"last\":true");
        for (int field = 0; field < 150; field++) {
            wide = wide.integer("f" + field, "$.f" + field);
            document.append(",\"f").append(field).append("\":").append(field);
        }

        Row row = documents(document + "}").transform(wide).drop("value").head();

        assertThat(row.length()).isEqualTo(150);
        assertThat(row.getInt(149)).isEqualTo(149);
    }

    @Test
    void aSharedBaseIsNotChanged() {
        JsonFields more = HITS.date("day", "$.day");

        assertThat(HITS.describe()).isEqualTo("jsonFields(value).string(zip, $.zip).integer(count, $.count)");
        assertThat(more.route().malformed().describe()).isEqualTo(more.describe() + ".route().malformed()");
    }

    @Test
    void refusesInvalidArguments() {
        assertThatThrownBy(() -> HITS.string("zip", "$.code"))
                .hasMessage("string(zip, $.code): there is a field zip already"
                        + " (jsonFields(value).string(zip, $.zip).integer(count, $.count)), and names do not differ"
                        + " by case alone. Give one of them another name.");
        assertThatThrownBy(() -> HITS.string("ZIP", "$.ZIP"))
                .hasMessageStartingWith("string(ZIP, $.ZIP): there is a field zip already");
        assertThatThrownBy(() -> HITS.decimal("price", "$.price", 39, 2))
                .hasMessage(
                        "decimal(price, $.price, 39, 2): Spark has decimals of 1 to 38 digits, of which none to all are"
                                + " after the point. Choose a precision and a scale within these bounds.");
        assertThatThrownBy(() -> Spark.rate().transform(HITS.route()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("jsonFields(value): the column is bigint, but binary or string is required.");
    }

    /** Not a local relation, which the optimizer would compute away. */
    private static Dataset<Row> documents(String... documents) {
        SparkSession spark = Spark.session();
        return spark.createDataset(
                        new JavaSparkContext(spark.sparkContext())
                                .parallelize(List.of(documents))
                                .rdd(),
                        Encoders.STRING())
                .toDF("value");
    }

    private static int parses(Dataset<Row> rows) {
        return rows.queryExecution().optimizedPlan().toString().split("json_fields\\(", -1).length - 1;
    }

    /** What the query ends with, without what Spark 4 puts around the message of {@code raise_error}. */
    private static String reason(ThrowingCallable query) {
        Throwable error = catchThrowable(query);
        while (error.getCause() != null) {
            error = error.getCause();
        }
        return String.valueOf(error.getMessage()).replaceAll("^\\[USER_RAISED_EXCEPTION] | SQLSTATE: P0001$", "");
    }
}
