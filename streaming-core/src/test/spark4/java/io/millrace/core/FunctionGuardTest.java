package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/** What is said of changed variables; benchmarks hold each change against Spark. */
class FunctionGuardTest {
    private final Path checkpoint;
    private final SparkSession spark = Spark.session().newSession();
    private final MemoryInput<Long> numbers = new MemoryInput<>(spark, Encoders.LONG());

    FunctionGuardTest(@TempDir Path directory) throws Exception {
        checkpoint = directory.resolve("checkpoint");
        spark.conf()
                .set(
                        "spark.sql.streaming.stateStore.providerClass",
                        "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider");
        spark.conf().set("spark.sql.shuffle.partitions", "1");
        numbers.add(5L);
        // Plain Spark records no code, and all of this is compared.
        rows("last", "n INT, m INT")
                .writeStream()
                .format("noop")
                .outputMode("update")
                .trigger(Trigger.AvailableNow())
                .option("checkpointLocation", checkpoint.toString())
                .start()
                .awaitTermination();
    }

    @Test
    void unchangedVariablesGoOn() {
        assertThat(pipeline("last", "n INT, m INT").validate(spark)).isEmpty();
    }

    @Test
    void otherTypesAreRefusedEvenIfOldStateIsAllowed() {
        assertThatThrownBy(() ->
                        pipeline("last", "n INT, m BIGINT").allowOldState().validate(spark))
                .hasMessageContaining(
                        "via(transformWithState: last, a value of STRUCT<n: INT, m: BIGINT>): the checkpoint"
                                + " at " + checkpoint
                                + " has last, a value of STRUCT<n: INT, m: INT>. Put it back, or start"
                                + " with a new checkpoint.");
    }

    @Test
    void fieldsInAnotherOrderAreRefusedUnlessOldStateIsAllowed() {
        assertThatThrownBy(() -> pipeline("last", "m INT, n INT").validate(spark))
                .hasMessageContaining(
                        "has last, a value of STRUCT<n: INT, m: INT>, and Spark finds fields by their order."
                                + " Put it back, or start with a new checkpoint; allowOldState() goes on with the old"
                                + " state.");
        assertThat(pipeline("last", "m INT, n INT").allowOldState().validate(spark))
                .extracting(Problem::field)
                .containsExactly("via");
    }

    @Test
    void aVariableOfAnotherNameIsEmptyAndTheOldOneStays() {
        assertThat(pipeline("latest", "n INT, m INT").validate(spark))
                .extracting(Problem::toString)
                .containsExactlyInAnyOrder(
                        "via(transformWithState: latest, a value of STRUCT<n: INT, m: INT>): the checkpoint at "
                                + checkpoint
                                + " has no such variable: it is empty for all that came before. Start with a"
                                + " new checkpoint if results need it from the first row on.",
                        "via(transformWithState: without last): the checkpoint at " + checkpoint
                                + " has last, a value of STRUCT<n: INT, m: INT>, which stays in the state. Give a later"
                                + " variable another name, or it starts with these values.");
    }

    private Pipeline pipeline(String variable, String fields) {
        return Pipeline.named("guarded")
                .from(Sources.of(numbers.toDF()))
                .via(Transforms.of("last", rows -> rows(variable, fields)))
                .to(rows -> rows.writeStream().format("noop"))
                .outputMode(OutputModes.update())
                .availableNow()
                .checkpointAt(checkpoint.toString());
    }

    private Dataset<Row> rows(String variable, String fields) {
        MapFunction<Row, Long> number = row -> row.getLong(0);
        return numbers.toDF()
                .groupByKey(number, Encoders.LONG())
                .transformWithState(
                        new Last(variable, fields),
                        TimeMode.None(),
                        OutputMode.Update(),
                        Encoders.row(StructType.fromDDL("n BIGINT")));
    }

    /** A function that does nothing with its variable. */
    private static final class Last extends StatefulProcessor<Long, Row, Row> {
        private static final long serialVersionUID = 1L;

        private final String variable;
        private final String fields;

        Last(String variable, String fields) {
            this.variable = variable;
            this.fields = fields;
        }

        @Override
        public void init(OutputMode outputMode, TimeMode timeMode) {
            getHandle().getValueState(variable, Encoders.row(StructType.fromDDL(fields)), TTLConfig.NONE());
        }

        @Override
        public Iterator<Row> handleInputRows(Long key, Iterator<Row> rows, TimerValues times) {
            return CollectionConverters.asScala(List.<Row>of().iterator());
        }
    }
}
