package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Await;
import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Problem;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.ValidationException;
import io.millrace.core.internal.kafka.GroupCommitter;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The lag of a query as Kafka's own tools compute it, from the group that the query commits to. */
@Timeout(120)
class KafkaGroupTest {
    // It is killed.
    @RegisterExtension
    static final TestKafka KAFKA = TestKafka.start();

    private final Path directory;
    private final String topic;
    private final String group;
    private final ConsumerGroup shown;

    KafkaGroupTest(@TempDir Path directory, TestInfo test) {
        this.directory = directory;
        this.topic = test.getTestMethod().orElseThrow().getName();
        this.group = topic + "-group";
        this.shown = group(group);
        KAFKA.createTopic(topic, 2);
    }

    @Test
    void theLagOfTheGroupIsThatOfTheQuery() throws Exception {
        send(topic, 30);
        Semaphore batches = new Semaphore(1);
        VoidFunction2<Dataset<Row>, Long> waiting = (rows, batch) -> batches.acquire();
        Pipeline pipeline =
                pipeline("lagging", source(topic).commitOffsetsTo(group).maxOffsetsPerTrigger(10));
        StreamingQuery query = pipeline.to(Sinks.foreachBatch(waiting)).start(session());

        shown.awaitLag(20, topic);
        batches.release();
        shown.awaitLag(10, topic);
        batches.release(10);
        shown.awaitLag(0, topic);
        send(topic, 5);
        shown.awaitLag(0, topic);
        query.stop();
    }

    @Test
    void theLastBatchOfAQueryThatEndsIsCommittedAndARestartGoesOn() throws Exception {
        Pipeline pipeline =
                pipeline("ending", source(topic).commitOffsetsTo(group)).availableNow();
        for (int run = 0; run < 2; run++) {
            send(topic, 7);
            pipeline.start(session()).awaitTermination();
            shown.awaitLag(0, topic);
        }
        assertThat(shown.records()).isEqualTo(14);
    }

    @Test
    void eachSourceOfAUnionHasItsOwnGroup() throws Exception {
        String other = topic + "-other";
        KAFKA.createTopic(other, 1);
        send(topic, 4);
        send(other, 9);
        Source union = Sources.union(
                source(topic).commitOffsetsTo(group),
                source(other),
                source(other).minPartitions(2).commitOffsetsTo(group + "-other"));
        pipeline("union", union).availableNow().start(session()).awaitTermination();

        shown.awaitLag(0, topic);
        group(group + "-other").awaitLag(0, other);
        assertThat(shown.topics()).containsOnly(topic);
        assertThat(group(group + "-other").topics()).containsOnly(other);
    }

    @Test
    void aBrokerThatIsAwayForAWhileDoesNotEndTheQuery() throws Exception {
        send(topic, 3);
        StreamingQuery query =
                pipeline("away", source(topic).commitOffsetsTo(group)).start(session());
        shown.awaitLag(0, topic);

        KAFKA.kill();
        KAFKA.restart();
        send(topic, 3);
        query.processAllAvailable();
        shown.awaitLag(0, topic);

        assertThat(query.isActive()).isTrue();
        query.stop();
    }

    @Test
    void aGroupWithConsumersIsRefusedBeforeTheStart() throws Exception {
        try (KafkaConsumer<String, String> consumer = joined()) {
            assertThat(refusals(source(topic).commitOffsetsTo(group)))
                    .containsExactly(
                            "commitOffsetsTo(" + group + "): consumers are active in this group, and Kafka lets"
                                    + " nobody else commit offsets then. Name a group of the query's own.");
            assertThat(consumer.assignment()).isNotEmpty();
        }
        assertThat(refusals(source(topic).commitOffsetsTo(group))).isEmpty();
    }

    @Test
    void consumersInTheGroupAreNotedAtARestartAndDoNotKeepTheQueryFromIt() throws Exception {
        Pipeline pipeline =
                pipeline("again", source(topic).commitOffsetsTo(group)).availableNow();
        send(topic, 3);
        pipeline.start(session()).awaitTermination();
        send(topic, 3);

        try (KafkaConsumer<String, String> consumer = joined()) {
            assertThat(pipeline.validate(session()))
                    .extracting(Problem::toString)
                    .anyMatch(note -> note.startsWith("commitOffsetsTo(" + group + "): consumers are active"));
            StreamingQuery query = pipeline.start(session());
            query.awaitTermination();
            assertThat(query.lastProgress().numInputRows()).isEqualTo(3);
            assertThat(consumer.assignment()).isNotEmpty();
        }
    }

    @Test
    void aRangeIsCommittedUpToItsEndAndTheRestOfTheTopicIsTheLagOfTheGroup() throws Exception {
        String one = topic + "-one";
        KAFKA.createTopic(one, 1);
        send(one, 10);
        Semaphore batches = new Semaphore(1);
        VoidFunction2<Dataset<Row>, Long> waiting = (rows, batch) -> batches.acquire();
        KafkaSource range =
                source(one).until(Offsets.of(one, 0, 6)).maxOffsetsPerTrigger(4).commitOffsetsTo(group);
        StreamingQuery query = pipeline("range", range)
                .to(Sinks.foreachBatch(waiting))
                .availableNow()
                .start(session());

        shown.awaitLag(6, one);
        Await.until(() -> shown.measuredLag("range").equals(6L));
        Await.until(() -> ConsumerGroup.lagOfQuery("range").equals(2L));
        batches.release();
        query.awaitTermination();
        shown.awaitLag(4, one);
        Await.until(() -> ConsumerGroup.lagOfQuery("range").equals("none"));
    }

    @Test
    void aGroupThatConsumersJoinLaterIsReportedAndTheQueryGoesOn() throws Exception {
        try (KeptLog log = KeptLog.of(GroupCommitter.class)) {
            StreamingQuery query =
                    pipeline("joined", source(topic).commitOffsetsTo(group)).start(session());
            try (KafkaConsumer<String, String> consumer = joined()) {
                send(topic, 3);
                while (shown.failures("joined") < 2) {
                    consumer.poll(Duration.ofMillis(50));
                    send(topic, 1);
                }
            }
            assertThat(log.lines())
                    .containsExactly(
                            "The offsets of query \"joined\" were not committed to the consumer group \"" + group
                                    + "\": consumers are active in it, and Kafka lets nobody else commit then. Name a"
                                    + " group of the query's own. The query itself does not need them, and continues.");
            assertThat(query.isActive()).isTrue();
            shown.awaitLag(0, topic);
            query.stop();
        }
    }

    @Test
    void aContinuousQueryIsRefusedSinceItReportsNoOffsets() {
        Pipeline continuous =
                pipeline("continuous", source(topic).commitOffsetsTo(group)).continuous(Duration.ofSeconds(1));

        assertThat(refusals(continuous))
                .containsExactly(
                        "commitOffsetsTo(" + group + "): Spark reports no offsets of a query with the continuous"
                                + " trigger. Leave it out, or use every(...).");
    }

    @Test
    void aBatchCommitsNothing() throws Exception {
        send(topic, 3);

        assertThat(source(topic).commitOffsetsTo(group).batch().load(session()).count())
                .isEqualTo(3);
        assertThat(shown.topics()).isEmpty();
    }

    private static ConsumerGroup group(String name) {
        return new ConsumerGroup(KAFKA.bootstrapServers(), name);
    }

    private KafkaSource source(String topic) {
        return Sources.kafka(KAFKA.bootstrapServers()).topics(topic).startingFrom(Offsets.earliest());
    }

    private Pipeline pipeline(String name, Source source) {
        return Pipeline.named(name).from(source).to(Sinks.format("noop")).checkpointAt(directory.resolve("checkpoint"));
    }

    private List<String> refusals(Source source) {
        return refusals(pipeline("refused", source));
    }

    private static List<String> refusals(Pipeline pipeline) {
        try {
            pipeline.validate(session());
            return List.of();
        } catch (ValidationException refused) {
            return refused.problems().stream().map(Problem::toString).toList();
        }
    }

    private static void send(String topic, int records) {
        KAFKA.send(
                topic, IntStream.range(0, records).mapToObj(Integer::toString).toArray(String[]::new));
    }

    private KafkaConsumer<String, String> joined() {
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        KAFKA.bootstrapServers(),
                        "group.id",
                        group,
                        "enable.auto.commit",
                        "false",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.subscribe(List.of(topic));
        while (consumer.assignment().isEmpty()) {
            consumer.poll(Duration.ofMillis(50));
        }
        return consumer;
    }
}
