package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Sources;
import io.millrace.core.ValidationException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Start and end of a Kafka source, checked with a real broker before the query starts. */
class KafkaStartTest extends KafkaSourceCheck {
    private static final Instant FUTURE = Instant.parse("2999-01-01T00:00:00Z");

    KafkaStartTest(@TempDir Path directory, TestInfo test) {
        super(directory, test);
    }

    @Test
    void brokersMayBeWrittenAsForKafkasOwnClient() throws Exception {
        KAFKA.createTopic(topic, 1);
        String server = KAFKA.bootstrapServers();
        for (String servers :
                List.of("PLAINTEXT://" + server, server + ", " + server, server + ",", "[::1]:1, " + server + " ,")) {
            Path checkpoint = directory.resolve("checkpoint" + servers.length());

            run(pipeline(Sources.kafka(servers).topics(topic), checkpoint)
                    .to(Sinks.kafka(servers).topic(topic).valueFrom("value")));
        }
        Sources.kafka("SASL_SSL://a:9093").topics(topic);
        Sinks.kafka("SASL_SSL://a:9093,SASL_SSL://[::1]:9093").topic(topic);
        for (String none : List.of("a", "a:", ":9092", "a:9092 b:9092", "a:99999", ",", "a:9092;b:9092")) {
            assertThatThrownBy(() -> Sources.kafka(none)).hasMessageContaining("this is not a list of brokers");
            assertThatThrownBy(() -> Sinks.kafka(none)).hasMessageContaining("this is not a list of brokers");
        }
        assertThatThrownBy(() -> Sources.kafka("http://me:canary@a:9092"))
                .hasMessageContaining("http://***@a:9092")
                .hasMessageNotContaining("canary");
    }

    @Test
    void aPartitionThatTheTopicDoesNotHaveIsRefused() {
        KAFKA.createTopic(topic, 2);
        String refusal = "partitions(" + topic + ", 7, 9): the topic has 2 partitions, and the first one is 0."
                + " Name partitions that exist.";

        assertThat(refusals(kafka().partitions(topic, 0, 7, 9))).containsExactly(refusal);
        assertThat(refusals(kafka().partitions(topic, 0, 1))).isEmpty();
        assertThatThrownBy(() -> kafka().partitions(topic, 7, 9).batch().load(session()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(refusal);
    }

    @Test
    void aStartThatDoesNotNameWhatIsReadIsRefused() {
        KAFKA.createTopic(topic, 2);
        String hint = ". Name every partition that is read, with and(...), andEarliest(...) or andLatest(...), and no"
                + " other.";
        KafkaSource source = kafka().topics(topic);

        assertThat(refusals(source.startingFrom(Offsets.of(topic, 0, 0))))
                .containsExactly("startingFrom({\"" + topic
                        + "\":{\"0\":0}}): these partitions are read but not named: " + topic + "-1" + hint);
        assertThat(refusals(source.startingFrom(
                        Offsets.of(topic, 0, 0).andEarliest(topic, 1).andLatest(topic, 2))))
                .containsExactly("startingFrom({\"" + topic + "\":{\"0\":0,\"1\":-2,\"2\":-1}}): these partitions are"
                        + " named but not read, or do not exist: " + topic + "-2" + hint);
        assertThat(refusals(source.startingFrom(Offsets.of("hist", 0, FUTURE).and("hist", 1, FUTURE))))
                .singleElement()
                .asString()
                .contains("these partitions are read but not named: " + topic + "-0, " + topic
                        + "-1; these partitions are named but not read, or do not exist: hist-0, hist-1")
                .endsWith(hint);
        assertThat(refusals(source.option("startingOffsets", "{\"" + topic + "\":{\"1\":0}}")))
                .singleElement()
                .asString()
                .contains("these partitions are read but not named: " + topic + "-0");
        assertThat(refusals(source.startingFrom(Offsets.of(topic, 0, 0).andLatest(topic, 1))))
                .isEmpty();
    }

    @Test
    void anOffsetThatThePartitionDoesNotHaveIsRefused() throws Exception {
        KAFKA.createTopic(topic, 1);
        send(10);
        deleteBefore(4);
        KafkaSource source = kafka().topics(topic);

        for (long offset : List.of(500L, 11L, 3L, 0L)) {
            assertThat(refusals(source.startingFrom(Offsets.of(topic, 0, offset))))
                    .containsExactly("startingFrom({\"" + topic + "\":{\"0\":" + offset + "}}): " + topic
                            + "-0 has offsets from 4 to 10, and " + offset + " is not among them."
                            + " Name one of these, or use andEarliest(...) or andLatest(...).");
        }
        assertThat(refusals(source.startingFrom(Offsets.of(topic, 0, 4)))).isEmpty();
        assertThat(refusals(source.startingFrom(Offsets.of(topic, 0, 10)))).isEmpty();
        assertThat(refusals(source.failOnDataLoss(false).startingFrom(Offsets.of(topic, 0, 3))))
                .isEmpty();
        assertThat(refusals(source.failOnDataLoss(false).startingFrom(Offsets.of(topic, 0, 500))))
                .hasSize(1);
        assertThatThrownBy(() -> source.endingAt(Offsets.of(topic, 0, 500)).load(session()))
                .hasMessageContaining("endingAt({\"" + topic + "\":{\"0\":500}}): " + topic + "-0 has offsets from 4");
    }

    @Test
    void anInstantThatNoRecordReachesIsRefusedWithoutElseLatest() {
        KAFKA.createTopic(topic, 1);
        send(1);
        KafkaSource source = kafka().topics(topic);
        String refusal = "no record is as young as 2999-01-01T00:00:00Z in " + topic
                + "-0. Add elseLatest() to start at" + " the end of such a partition, or name an earlier instant.";

        assertThat(refusals(source.startingFrom(Offsets.since(FUTURE))))
                .containsExactly("startingFrom(since 2999-01-01T00:00:00Z): " + refusal);
        assertThat(refusals(source.startingFrom(Offsets.of(topic, 0, FUTURE))))
                .singleElement()
                .asString()
                .endsWith(refusal);
        assertThat(refusals(source.startingFrom(Offsets.since(FUTURE).elseLatest())))
                .isEmpty();
        assertThat(refusals(source.startingFrom(Offsets.since(Instant.EPOCH)))).isEmpty();
    }

    @Test
    void aStartDoesNotMatterToACheckpoint() throws Exception {
        KAFKA.createTopic(topic, 1);
        send(10);
        KafkaSource source = kafka().topics(topic);
        run(pipeline(source.startingFrom(Offsets.earliest()), directory.resolve("checkpoint")));

        assertThat(refusals(source.startingFrom(Offsets.of(topic, 0, 500)), directory.resolve("checkpoint")))
                .isEmpty();
        assertThat(refusals(source.startingFrom(Offsets.of(topic, 0, 500)), directory.resolve("another")))
                .hasSize(1);
    }

    @Test
    void aBackfillUpToAnInstantThatNoRecordReachesHoldsAllRecords() {
        KAFKA.createTopic(topic, 1);
        send(3);
        KafkaSource source = kafka().topics(topic);

        assertThat(source.endingAt(Offsets.since(FUTURE).elseLatest())
                        .load(session())
                        .count())
                .isEqualTo(3);
        assertThat(source.startingFrom(Offsets.since(Instant.EPOCH))
                        .endingAt(Offsets.since(FUTURE).elseLatest())
                        .load(session())
                        .count())
                .isEqualTo(3);
    }

    @Test
    void aBackfillThatEndsBeforeItStartsIsRefused() {
        KafkaSource source = kafka().topics(topic);

        assertThatThrownBy(() -> source.startingFrom(Offsets.since(FUTURE))
                        .endingAt(Offsets.since(FUTURE.minusSeconds(1)))
                        .load(session()))
                .hasMessageContaining("endingAt(since 2998-12-31T23:59:59Z): this is before the start, since"
                        + " 2999-01-01T00:00:00Z, so that the batch is empty");
        assertThatThrownBy(() -> source.startingFrom(Offsets.of(topic, 0, 7))
                        .endingAt(Offsets.of(topic, 0, 6))
                        .load(session()))
                .hasMessageContaining("this is before the start");
        assertThatThrownBy(() -> source.startingFrom(Offsets.of(topic, 0, 7).andLatest(topic, 1))
                        .endingAt(Offsets.of(topic, 0, 8).andEarliest(topic, 1))
                        .load(session()))
                .hasMessageContaining("a batch that starts at the latest records is empty")
                .hasMessageContaining("a batch up to the earliest record is empty");
    }

    @Test
    void moreThanOneStartIsRefused() {
        KAFKA.createTopic(topic, 1);
        KafkaSource source =
                kafka().topics(topic).startingFrom(Offsets.earliest()).option("startingTimestamp", "5");

        assertThat(refusals(source))
                .containsExactly(
                        "option(startingOffsets, startingTimestamp): the source has more than one start, of which"
                                + " Spark would ignore all but one. Call startingFrom(...) once, and leave these"
                                + " options out.");
    }

    private void deleteBefore(long offset) throws Exception {
        try (Admin admin = admin()) {
            admin.deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get();
        }
    }
}
