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
import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.spark.SparkEnv;
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

    KafkaGroupTest(@TempDir Path directory, TestInfo test) {
        this.directory = directory;
        this.topic = test.getTestMethod().orElseThrow().getName();
        this.group = topic + "-group";
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

        awaitLag(20, group, topic);
        batches.release();
        awaitLag(10, group, topic);
        batches.release(10);
        awaitLag(0, group, topic);
        send(topic, 5);
        awaitLag(0, group, topic);
        query.stop();
    }

    @Test
    void theLastBatchOfAQueryThatEndsIsCommittedAndARestartGoesOn() throws Exception {
        Pipeline pipeline =
                pipeline("ending", source(topic).commitOffsetsTo(group)).availableNow();
        for (int run = 0; run < 2; run++) {
            send(topic, 7);
            pipeline.start(session()).awaitTermination();
            awaitLag(0, group, topic);
        }
        assertThat(sum(committed(group))).isEqualTo(14);
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

        awaitLag(0, group, topic);
        awaitLag(0, group + "-other", other);
        assertThat(topics(group)).containsOnly(topic);
        assertThat(topics(group + "-other")).containsOnly(other);
    }

    @Test
    void aBrokerThatIsAwayForAWhileDoesNotEndTheQuery() throws Exception {
        send(topic, 3);
        StreamingQuery query =
                pipeline("away", source(topic).commitOffsetsTo(group)).start(session());
        awaitLag(0, group, topic);

        KAFKA.kill();
        KAFKA.restart();
        send(topic, 3);
        query.processAllAvailable();
        awaitLag(0, group, topic);

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
    void aGroupThatConsumersJoinLaterIsReportedAndTheQueryGoesOn() throws Exception {
        try (KeptLog log = KeptLog.of(GroupCommitter.class)) {
            StreamingQuery query =
                    pipeline("joined", source(topic).commitOffsetsTo(group)).start(session());
            try (KafkaConsumer<String, String> consumer = joined()) {
                send(topic, 3);
                while (failures() < 2) {
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
            awaitLag(0, group, topic);
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
        assertThat(committed(group)).isEmpty();
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

    private long failures() {
        return ScalaCollections.list(SparkEnv.get().metricsSystem().getSourcesByName("millrace.group.joined--" + group))
                .stream()
                .mapToLong(source ->
                        source.metricRegistry().counter("commit-failures").getCount())
                .sum();
    }

    private static void awaitLag(long rows, String group, String topic) throws Exception {
        Await.until(() -> lag(group, topic) == rows);
    }

    /** As kafka-consumer-groups.sh computes it: the end of each partition less what is committed; -1 if nothing is. */
    private static long lag(String group, String topic) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = committed(group);
        try (Admin admin = admin()) {
            Map<TopicPartition, OffsetSpec> ends =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                            .flatMap(found -> found.partitions().stream())
                            .collect(Collectors.toMap(
                                    partition -> new TopicPartition(topic, partition.partition()),
                                    partition -> OffsetSpec.latest()));
            if (!committed.keySet().equals(ends.keySet())) {
                return -1;
            }
            return admin.listOffsets(ends).all().get().values().stream()
                            .mapToLong(ListOffsetsResultInfo::offset)
                            .sum()
                    - sum(committed);
        }
    }

    private static long sum(Map<TopicPartition, OffsetAndMetadata> committed) {
        return committed.values().stream().mapToLong(OffsetAndMetadata::offset).sum();
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(String group)
            throws InterruptedException, ExecutionException {
        try (Admin admin = admin()) {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
        }
    }

    private static List<String> topics(String group) throws Exception {
        return committed(group).keySet().stream().map(TopicPartition::topic).toList();
    }

    private static Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()));
    }
}
