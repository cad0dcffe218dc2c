package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF0;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** What a test does to the Spark of its JVM does not reach other tests. */
class SharedSparkTest {
    private static void countsOneRow(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING");
        kit.run(rows.rows().groupBy("zip").count(), update())
                .batch("one", b -> b.given(rows, row("a")).emits(row("a", 1)))
                .restart()
                .batch("two", b -> b.given(rows, row("a")).emits(row("a", 2)));
    }

    @Test
    void testThatStopsItsSparkLeavesANewOneToTheNext() {
        try (StreamKit kit = StreamKit.open()) {
            countsOneRow(kit);
            kit.spark().stop();
        }
        try (StreamKit next = StreamKit.open()) {
            countsOneRow(next);
        }
    }

    @Test
    void stepAfterTheEndOfItsSparkSaysSo() {
        try (StreamKit kit = StreamKit.open()) {
            Input<Row> rows = kit.rows("rows", "zip STRING");
            StreamRun run = kit.run(rows.rows(), append())
                    .batch("one", b -> b.given(rows, row("a")).emits(row("a")));
            kit.spark().stop();

            assertThat(refusalOf(() ->
                            run.batch("two", b -> b.given(rows, row("b")).emits(row("b")))))
                    .isEqualTo(
                            "Batch \"two\" cannot run. The test has stopped the SparkSession of its kit: the next test"
                                    + " gets a new Spark.");
        }
    }

    @Test
    void taskThatHasNoMemoryLeftFailsItsQueryAlone() {
        try (StreamKit kit = StreamKit.open()) {
            Input<Row> rows = kit.rows("rows", "zip STRING");
            UDF0<String> full = () -> {
                throw new OutOfMemoryError("no more of it");
            };
            VoidFunction2<Dataset<Row>, Long> write = (batch, id) -> {
                throw new OutOfMemoryError("no more for the driver");
            };
            Dataset<Row> query = rows.rows()
                    .withColumn(
                            "x",
                            udf(full, DataTypes.StringType).asNondeterministic().apply());

            kit.run(query, append()).batch("one", b -> b.given(rows, row("a")).fails("no more of it"));
            kit.run(rows.rows().writeStream().foreachBatch(write), java.util.List::of)
                    .batch("two", b -> b.given(rows, row("a")).fails("no more for the driver"));
            countsOneRow(kit);
        }
    }
}
