package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import org.junit.jupiter.api.Test;

class KafkaSourceTest {
    private final KafkaSource hits = Sources.kafka("localhost:9092").topics("hits");

    @Test
    void aSecretJoinsTheConfigProvidersOfTheJob() {
        KafkaSource source = Sources.kafka("localhost:9092").topics("hits").option("kafka.config.providers", "vault");

        assertThat(source.option("kafka.ssl.key.password", Secret.env("KEY_PASSWORD"))
                        .security(KafkaSecurity.plain("millrace", Secret.env("PASSWORD")))
                        .reading()
                        .options())
                .containsEntry("kafka.config.providers", "vault,millrace");
    }

    @Test
    void theConfigProvidersOfTheJobJoinThatOfASecret() {
        assertThat(hits.security(KafkaSecurity.plain("millrace", Secret.env("PASSWORD")))
                        .option("kafka.config.providers", "vault")
                        .reading()
                        .options())
                .containsEntry("kafka.config.providers", "millrace,vault");
    }

    @Test
    void givesTheColumnsOfKafka() {
        Dataset<Row> rows = hits.startingFrom(Offsets.earliest()).load(Spark.session());

        assertThat(rows.isStreaming()).isTrue();
        assertThat(rows.schema().simpleString())
                .isEqualTo("struct<key:binary,value:binary,topic:string,partition:int,offset:bigint,"
                        + "timestamp:timestamp,timestampType:int>");
    }

    @Test
    void aSharedBaseDoesNotChange() {
        KafkaSource some = hits.maxOffsetsPerTrigger(10);

        assertThat(hits.describe()).isEqualTo("kafka(kafka.bootstrap.servers=localhost:9092, subscribe=hits)");
        assertThat(some.describe())
                .isEqualTo("kafka(kafka.bootstrap.servers=localhost:9092, maxOffsetsPerTrigger=10, subscribe=hits)");
    }

    @Test
    void theLastStartIsTheOneThatCounts() {
        KafkaSource source = hits.startingFrom(Offsets.since(Instant.ofEpochMilli(5)))
                .startingFrom(Offsets.of("hits", 0, 15).and("hits", 1, 20).andLatest("hits", 2));

        assertThat(source.describe())
                .isEqualTo("kafka(kafka.bootstrap.servers=localhost:9092,"
                        + " startingOffsets={\"hits\":{\"0\":15,\"1\":20,\"2\":-1}}, subscribe=hits)");
    }

    @Test
    void partitionsAddUpAndReplaceTopics() {
        assertThat(hits.partitions("hits", 1, 0).partitions("clicks", 2).describe())
                .isEqualTo("kafka(assign={\"clicks\":[2],\"hits\":[0,1]}, kafka.bootstrap.servers=localhost:9092)");
        assertThat(hits.partitions("hits", 0).topicPattern("hits-.*").describe())
                .isEqualTo("kafka(kafka.bootstrap.servers=localhost:9092, subscribePattern=hits-.*)");
    }

    @Test
    void everySettingIsAnOptionOfSparks() {
        KafkaSource all = hits.startingFrom(
                        Offsets.of("hits", 0, Instant.ofEpochMilli(5)).elseLatest())
                .minOffsetsPerTrigger(10, Duration.ofSeconds(30))
                .minPartitions(8)
                .failOnDataLoss(false)
                .groupIdPrefix("traffic")
                .withHeaders();

        assertThat(all.reading().options())
                .containsOnly(
                        entry("kafka.bootstrap.servers", "localhost:9092"),
                        entry("subscribe", "hits"),
                        entry("startingOffsetsByTimestamp", "{\"hits\":{\"0\":5}}"),
                        entry("startingOffsetsByTimestampStrategy", "latest"),
                        entry("minOffsetsPerTrigger", "10"),
                        entry("maxTriggerDelay", "30000ms"),
                        entry("minPartitions", "8"),
                        entry("failOnDataLoss", "false"),
                        entry("groupIdPrefix", "traffic"),
                        entry("includeHeaders", "true"));
        assertThat(all.load(Spark.session()).columns()).endsWith("headers");
    }

    @Test
    void theSameSourceReadsABatch() {
        KafkaBatch backfill = hits.startingFrom(Offsets.earliest())
                .maxOffsetsPerTrigger(5)
                .endingAt(Offsets.since(Instant.ofEpochMilli(9)));

        assertThat(backfill)
                .hasToString("kafka(endingTimestamp=9, kafka.bootstrap.servers=localhost:9092,"
                        + " startingOffsets=earliest, subscribe=hits)");
        assertThat(backfill.load(Spark.session()).isStreaming()).isFalse();
        assertThatThrownBy(() -> hits.startingFrom(Offsets.latest())
                        .endingAt(Offsets.earliest())
                        .load(Spark.session()))
                .hasMessageContaining("startingFrom(latest): a batch that starts at the latest records is empty")
                .hasMessageContaining("endingAt(earliest): a batch up to the earliest record is empty");
    }

    @Test
    void theConsumerReadsManyRecordsAtOnceAndHardlyWaitsForMore() {
        assertThat(optionsOfThePlan(hits))
                .containsEntry("kafka.max.poll.records", "5000")
                .containsEntry("kafka.receive.buffer.bytes", "1048576")
                .containsEntry("kafka.fetch.max.wait.ms", "10")
                .doesNotContainKeys("kafka.fetch.min.bytes", "kafka.max.partition.fetch.bytes");
        assertThat(hits.batch().loaded().options())
                .containsEntry("kafka.max.poll.records", "5000")
                .containsEntry("kafka.receive.buffer.bytes", "1048576")
                .containsEntry("kafka.fetch.max.wait.ms", "10");
    }

    @Test
    void anOptionReplacesADefaultOfTheConsumerInAnyCase() {
        KafkaSource source = hits.option("kafka.MAX.Poll.Records", 20).option("kafka.receive.buffer.bytes", -1);

        assertThat(optionsOfThePlan(source))
                .containsEntry("kafka.max.poll.records", "20")
                .containsEntry("kafka.receive.buffer.bytes", "-1");
        assertThat(source.batch().loaded().options())
                .containsEntry("kafka.max.poll.records", "20")
                .hasSameSizeAs(hits.batch().loaded().options());
    }

    private static Map<String, String> optionsOfThePlan(KafkaSource source) {
        return ((StreamingRelationV2)
                        source.load(Spark.session()).queryExecution().analyzed())
                .extraOptions().asCaseSensitiveMap().entrySet().stream()
                        .collect(Collectors.toMap(
                                option -> option.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
    }

    @Test
    void refusesOptionsThatWouldBeIgnored() {
        KafkaSource source = hits.option("startingOffset", "earliest")
                .option("kafka.max.poll.record", "5")
                .option("kafka.auto.offset.reset", "latest")
                .option("kafka.interceptor.of.our.own", "x");

        assertThatThrownBy(() -> source.load(Spark.session()))
                .isInstanceOfSatisfying(
                        ValidationException.class,
                        refused -> assertThat(refused.problems())
                                .extracting(Problem::toString)
                                .containsExactlyInAnyOrder(
                                        "option(kafka.auto.offset.reset): Spark manages this setting of the consumer."
                                                + " Call startingFrom(...).",
                                        "option(kafka.max.poll.record): Kafka's consumer has no option of this name"
                                                + " and would ignore it. Did you mean kafka.max.poll.records?",
                                        "option(startingOffset): the kafka source has no option of this name and"
                                                + " would ignore it. Did you mean startingOffsets?"));
    }

    @Test
    void aPasswordAsAStringIsRefused() {
        assertThatThrownBy(() -> hits.option("kafka.ssl.key.password", "canary-4711"))
                .hasMessage("option(kafka.ssl.key.password, ***): plans and logs show options. Pass it as a Secret,"
                        + " with option(key, secret) or security(...) of Sources.kafka.");
    }

    @Test
    void refusesASourceWithoutTopics() {
        assertThatThrownBy(() -> Sources.kafka("localhost:9092").load(Spark.session()))
                .isInstanceOf(ValidationException.class)
                .hasMessage("Source kafka(kafka.bootstrap.servers=localhost:9092): topics(nothing): no topic is named."
                        + " Call topics(\"...\").");
    }

    @Test
    void brokersThatDoNotAnswerAreReportedBeforeTheStart() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        KafkaSource unreachable =
                Sources.kafka("localhost:" + free).topics("hits").patience(Duration.ofMillis(500));
        Pipeline pipeline = Pipeline.named("hits")
                .from(unreachable)
                .to(rows -> rows.writeStream().format("noop"));

        assertThatThrownBy(() -> pipeline.start(Spark.session()))
                .isInstanceOfSatisfying(
                        ValidationException.class,
                        refused -> assertThat(refused.problems())
                                .extracting(Problem::toString)
                                .containsExactly("kafka(localhost:" + free + "): no broker answers there"
                                        + " (TimeoutException). Start the brokers, or check host, port and security."));
    }

    @Test
    void refusesInvalidArgumentsAtTheCall() {
        assertThatThrownBy(() -> Sources.kafka("http://localhost"))
                .hasMessage("kafka(\"http://localhost\"): this is not a list of brokers. Write host:port, several"
                        + " separated by commas.");
        for (String servers : List.of("u:canary@h:1", "h:1,u:ca/canary@h:2", "canary@canary@h:1")) {
            assertThatThrownBy(() -> Sources.kafka(servers))
                    .hasMessageStartingWith("kafka(\"***@h:")
                    .hasMessageNotContaining("canary");
        }
        assertThatThrownBy(() -> hits.maxOffsetsPerTrigger(0))
                .hasMessage("maxOffsetsPerTrigger(0): a micro-batch needs at least one record.");
        assertThatThrownBy(() -> Offsets.of("hits", 0, -1))
                .hasMessage("Offsets: offset -1 is negative. Use andEarliest(topic, partition) or andLatest(topic,"
                        + " partition).");
        assertThatThrownBy(() -> Offsets.of("hits", 0, 1).and("hits", 1, Instant.EPOCH))
                .hasMessage("Offsets: cannot add instants to {\"hits\":{\"0\":1}}. Start with Offsets.of(topic,"
                        + " partition, ...) and name all partitions by instants.");
    }
}
