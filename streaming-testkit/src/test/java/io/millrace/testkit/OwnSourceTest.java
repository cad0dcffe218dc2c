package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** Jobs that open their own sources, in whose place inputs of the test stand. */
@StreamingTest
class OwnSourceTest {
    private static Dataset<Row> kafka(String topic) {
        return SparkSession.builder()
                .getOrCreate()
                .readStream()
                .format("kafka")
                .option("kafka.bootstrap.servers", "localhost:1")
                .option("subscribe", topic)
                .load()
                .selectExpr("CAST(value AS STRING) AS text");
    }

    @Test
    void jobThatReadsKafkaReadsTheInputOfItsTest(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits").insteadOf("kafka");

        kit.run(kafka("hits").groupBy("text").count(), complete())
                .batch(
                        "one",
                        b -> b.given(hits, KafkaRow.value("a"), KafkaRow.value("a"))
                                .emits(row("a", 2)))
                .restart()
                .batch("two", b -> b.given(hits, KafkaRow.value("b")).emits(row("a", 2), row("b", 1)));
    }

    @Test
    void jobThatReadsSeveralTopicsReadsAnInputForEach(StreamKit kit) {
        Input<KafkaRow> left = kit.kafka("left").insteadOf("kafka", Map.of("subscribe", "l"));
        Input<KafkaRow> right = kit.kafka("right").insteadOf("kafka", Map.of("SUBSCRIBE", "r"));

        kit.run(kafka("l").union(kafka("r").selectExpr("concat(text, '!')")), append())
                .batch(
                        "both",
                        b -> b.given(left, KafkaRow.value("a"))
                                .given(right, KafkaRow.value("b"))
                                .emits(row("a"), row("b!")));
    }

    @Test
    void jobThatReadsFilesReadsTheInputOfItsTest(StreamKit kit, @TempDir Path directory) {
        Input<Row> orders = kit.rows("orders", "id BIGINT, name STRING").insteadOf("json");
        Dataset<Row> job =
                kit.spark().readStream().schema("id BIGINT, name STRING").json(directory.toString());

        kit.run(job, append()).batch("one", b -> b.given(orders, row(1, "a")).emits(row(1, "a")));
    }

    @Test
    void resultOfAJobDoesNotDependOnItsBatches(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits").insteadOf("kafka");

        kit.anyBatching()
                .cuts(3)
                .given(hits, KafkaRow.value("a"), KafkaRow.value("b"), KafkaRow.value("a"))
                .check(rows -> kafka("hits").groupBy("text").count(), complete());
    }

    @Test
    void writerOfAJobRunsIntoItsOwnSink(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafka("hits").insteadOf("kafka");

        kit.run(
                        kafka("hits").writeStream().format("memory").queryName("texts"),
                        () -> kit.spark().table("texts").collectAsList())
                .batch("one", b -> b.given(hits, KafkaRow.value("a")).table(row("a")));
    }

    @Test
    void otherColumnsThanThoseOfTheSourceAreRefused(StreamKit kit) {
        kit.kafkaWithHeaders("hits").insteadOf("kafka");

        assertThat(refusalOf(() -> kafka("hits")))
                .isEqualTo("insteadOf(\"kafka\"): input hits has the columns key BINARY, value BINARY, topic STRING,"
                        + " partition INT, offset BIGINT, timestamp TIMESTAMP, timestampType INT, headers"
                        + " ARRAY<STRUCT<KEY:STRING,VALUE:BINARY>>; the source has key BINARY, value BINARY, topic"
                        + " STRING,"
                        + " partition INT, offset BIGINT, timestamp TIMESTAMP, timestampType INT.");
    }

    @Test
    void twoInputsForOneSourceAreRefused(StreamKit kit) {
        kit.kafka("a").insteadOf("kafka");
        kit.kafka("b").insteadOf("kafka", Map.of("subscribe", "hits"));

        assertThat(refusalOf(() -> kafka("hits")))
                .isEqualTo("insteadOf(\"kafka\"): a and b stand in for the same source. Name an option that tells them"
                        + " apart, such as insteadOf(\"kafka\", Map.of(\"subscribe\", \"orders\")).");
    }

    @Test
    void inputsStandInForAsLongAsTheirTest() {
        Option<SparkSession> before = SparkSession.getActiveSession();
        try (StreamKit kit = StreamKit.open()) {
            kit.rows("rate", "timestamp TIMESTAMP, value BIGINT").insteadOf("rate");
            assertThat(SparkSession.active()).isSameAs(kit.spark());
            assertThat(plan(kit.spark())).contains("GivenRows");
            assertThat(StandIns.of(kit.spark()).isEmpty()).isFalse();
            kit.end();
            assertThat(StandIns.of(kit.spark()).isEmpty()).isTrue();
        }
        assertThat(SparkSession.getActiveSession()).isEqualTo(before);
    }

    private static String plan(SparkSession spark) {
        return spark.readStream()
                .format("rate")
                .load()
                .queryExecution()
                .analyzed()
                .toString();
    }
}
