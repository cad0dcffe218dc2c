package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Casts of values that do not convert, in both modes of Spark. */
class CastTest {
    private static final String ANSI = "spark.sql.ansi.enabled";

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void tryCastGivesNullForWhatDoesNotConvert(String ansi) {
        SparkSession spark = session(ansi);
        Dataset<Row> rows = spark.sql("SELECT '7' AS n UNION ALL SELECT '1.5' UNION ALL SELECT 'many' UNION ALL"
                + " SELECT '9999999999' UNION ALL SELECT NULL");

        assertThat(Transforms.tryCast("n", "int").apply(rows).collectAsList())
                .extracting(Row::toString)
                .containsExactlyInAnyOrder("[7]", "[null]", "[null]", "[null]", "[null]");
    }

    @Test
    void validateNamesTheCastsThatEndAQueryInAnsiMode(@TempDir Path checkpoint) {
        SparkSession ansi = session("true");
        Pipeline pipeline = Pipeline.named("casts")
                .from(spark -> spark.readStream().format("rate").load())
                .via(Transforms.withColumn("text", "CAST(value AS STRING)"))
                .via(Transforms.cast("text", "int"))
                .via(Transforms.where("CAST(timestamp AS DATE) > DATE'2026-01-01'"))
                .to(rows -> rows.writeStream().format("noop"))
                .checkpointAt(checkpoint);

        assertThat(pipeline.validate(ansi))
                .extracting(Problem::toString)
                .containsExactly("cast(text, INT): in ANSI mode a value that does not convert ends the query, and every"
                        + " restart again. Use tryCast(...), or try_cast in SQL, which give NULL.");
        assertThat(pipeline.validate(session("false"))).isEmpty();
        assertThat(pipeline.via(Transforms.rename("text", "n"))
                        .via(Transforms.of("tiny", rows -> rows.where("CAST(n + 1 AS TINYINT) > 0")))
                        .validate(ansi))
                .extracting(Problem::toString)
                .hasSize(2)
                .last()
                .asString()
                .startsWith("cast(n, TINYINT): ");
    }

    @Test
    void validateNamesTheFunctionsThatEndAQueryAtAValue(@TempDir Path checkpoint) {
        Pipeline pipeline = Pipeline.named("functions")
                .from(spark -> spark.readStream().format("rate").load())
                .via(Transforms.withColumn("text", "CAST(value AS STRING)"))
                .via(Transforms.withColumn("list", "array(value)"))
                .via(Transforms.withColumn("day", "to_date(text)"))
                .via(Transforms.withColumn("time", "to_timestamp(text, 'yyyy')"))
                .via(Transforms.withColumn("seconds", "unix_timestamp(text)"))
                .via(Transforms.withColumn("number", "to_number(text, '999')"))
                .via(Transforms.withColumn("sixth", "list[5] + element_at(list, 6)"))
                .via(Transforms.withColumn("share", "value / value + value div value + value % value"))
                .via(Transforms.withColumn("half", "value / 2"))
                .via(Transforms.withColumn("date", "to_date(timestamp)"))
                .via(Transforms.withColumn("unix", "unix_timestamp(timestamp)"))
                .via(Transforms.withColumn("entry", "element_at(map('a', value), text)"))
                .via(Transforms.withColumn("tried", "try_divide(value, value) + get(list, 5)"))
                .via(Transforms.withColumn("triedTime", "try_to_timestamp(text)"))
                .to(rows -> rows.writeStream().format("noop"))
                .checkpointAt(checkpoint);

        assertThat(pipeline.validate(session("true")))
                .extracting(Problem::value)
                .containsExactlyInAnyOrder(
                        "to_date(text)",
                        "to_timestamp(text)",
                        "unix_timestamp(text)",
                        "to_number(text)",
                        "getarrayitem(list)",
                        "element_at(list)",
                        "divide(value)",
                        "integraldivide(value)",
                        "remainder(value)");
        assertThat(pipeline.validate(session("false")))
                .extracting(Problem::toString)
                .containsExactly("expression(to_number(text)): a value that it does not take ends the query, and every"
                        + " restart again. Use try_to_number, which gives NULL.");
    }

    @Test
    void aCastBetweenTypesThatDoNotConvertIsRefused() {
        assertThatThrownBy(() ->
                        Transforms.tryCast("n", "date").apply(session("true").sql("SELECT 7 AS n")))
                .hasMessageContaining("data type mismatch")
                .hasMessageEndingWith("Change the type of the column in an earlier step, or the expression.");
    }

    @Test
    void tryCastAndCastsThatCannotFailAreNotNamed(@TempDir Path checkpoint) {
        Pipeline pipeline = Pipeline.named("casts")
                .from(spark -> spark.readStream().format("rate").load())
                .via(Transforms.tryCast("value", "int"))
                .via(Transforms.cast("value", "bigint"))
                .via(Transforms.cast("timestamp", "date"))
                .via(Transforms.cast("timestamp", "string"))
                .to(rows -> rows.writeStream().format("noop"))
                .checkpointAt(checkpoint);

        assertThat(pipeline.validate(session("true"))).isEmpty();
        assertThat(List.of(Transforms.tryCast("n", "int"))).containsExactly(Transforms.tryCast("n", "INT"));
    }

    private static SparkSession session(String ansi) {
        SparkSession spark = Spark.session().newSession();
        spark.conf().set(ANSI, ansi);
        return spark;
    }
}
