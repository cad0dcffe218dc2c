package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class KafkaSourceTest {
    private final KafkaSource hits = Sources.kafka("localhost:9092").topics("hits");

    @Test
    void givesTheColumnsOfKafka() {
        Dataset<Row> rows = hits.startingFrom(Offsets.earliest()).load(Spark.session());

        assertThat(rows.isStreaming()).isTrue();
        assertThat(rows.schema().simpleString())
                .isEqualTo("struct<key:binary,value:binary,topic:string,partition:int,offset:bigint,"
                        + "timestamp:timestamp,timestampType:int>");
    }

    @Test
    void aSharedBaseStaysAsItIs() {
        KafkaSource some = hits.maxOffsetsPerTrigger(10);

        assertThat(hits.describe()).isEqualTo("kafka{kafka.bootstrap.servers=localhost:9092, subscribe=hits}");
        assertThat(some.describe())
                .isEqualTo("kafka{kafka.bootstrap.servers=localhost:9092, maxOffsetsPerTrigger=10, subscribe=hits}");
    }

    @Test
    void theLastStartIsTheOneThatCounts() {
        KafkaSource source = hits.startingFrom(Offsets.since(Instant.ofEpochMilli(5)))
                .startingFrom(Offsets.of("hits", 0, 15).and("hits", 1, 20).andLatest("hits", 2));

        assertThat(source.describe())
                .isEqualTo("kafka{kafka.bootstrap.servers=localhost:9092,"
                        + " startingOffsets={\"hits\":{\"0\":15,\"1\":20,\"2\":-1}}, subscribe=hits}");
    }

    @Test
    void refusesASourceWithoutTopics() {
        assertThatThrownBy(() -> Sources.kafka("localhost:9092").load(Spark.session()))
                .isInstanceOf(ValidationException.class)
                .hasMessage("Source kafka{kafka.bootstrap.servers=localhost:9092}: topics(nothing): no topic is named."
                        + " Call topics(\"...\").");
    }

    @Test
    void refusesAtOnceWhatOneCallCanKnow() {
        assertThatThrownBy(() -> Sources.kafka("http://localhost"))
                .hasMessage("kafka(\"http://localhost\"): this is no list of brokers. Write host:port, several"
                        + " separated by commas.");
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
