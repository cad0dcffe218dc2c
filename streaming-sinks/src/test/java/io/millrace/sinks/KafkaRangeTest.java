package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Streams from a range of offsets of a real broker. */
class KafkaRangeTest extends KafkaSourceCheck {
    private final ConcurrentLinkedQueue<String> rows = new ConcurrentLinkedQueue<>();
    private final Path checkpoint;

    KafkaRangeTest(@TempDir Path directory, TestInfo test) {
        super(directory, test);
        checkpoint = directory.resolve("checkpoint");
    }

    @BeforeEach
    void fillTheTopic() {
        KAFKA.createTopic(topic, 2);
        send(0, 10, 1_000);
        send(1, 10, 1_000);
    }

    @Test
    void theRecordsFromTheStartUpToTheEndAreReadInBatchesAndNoOthers() throws Exception {
        KafkaSource range = kafka().topics(topic)
                .startingFrom(Offsets.of(topic, 0, 2).andEarliest(topic, 1))
                .until(Offsets.of(topic, 0, 7).and(topic, 1, 1))
                .maxOffsetsPerTrigger(3);

        StreamingQuery query = range(range).start(session());
        query.awaitTermination();

        assertThat(rows).containsExactlyInAnyOrder("0-2", "0-3", "0-4", "0-5", "0-6", "1-0");
        assertThat(query.lastProgress().sources()[0].description()).contains("until {");
        assertThat(checkpoint.resolve("commits/1")).exists();
        rows.clear();
        run(range(range));
        assertThat(rows).as("read by a restart").isEmpty();
        run(range(kafka().topics(topic)));
        assertThat(rows).as("read without the end, on the same checkpoint").hasSize(12);
    }

    @Test
    void aRestartEndsWhereTheFirstStartFoundTheEnd() throws Exception {
        KafkaSource range = kafka().topics(topic)
                .startingFrom(Offsets.earliest())
                .until(Offsets.latest())
                .maxOffsetsPerTrigger(6);
        assertThatThrownBy(() -> run(range(range, 1))).hasMessageContaining("the test ends batch 1");
        assertThat(rows).hasSizeLessThan(20);
        send(0, 5, 2_000);
        addPartition();
        send(2, 5, 2_000);

        run(range(range));

        assertThat(List.copyOf(rows)).containsExactlyInAnyOrderElementsOf(records(10));
    }

    @Test
    void theEndMayBeAnInstant() throws Exception {
        send(0, 5, 2_000);
        KafkaSource from = kafka().topics(topic)
                .startingFrom(Offsets.since(Instant.ofEpochMilli(1_500)).elseLatest());
        KafkaSource to = kafka().topics(topic).startingFrom(Offsets.earliest());

        run(range(from.until(Offsets.since(Instant.ofEpochMilli(9_000)))));
        assertThat(rows).containsExactlyInAnyOrder("0-10", "0-11", "0-12", "0-13", "0-14");
        rows.clear();
        Pipeline first = range(to.until(Offsets.since(Instant.ofEpochMilli(1_500))));
        run(first.checkpointAt(directory.resolve("other")));
        assertThat(List.copyOf(rows)).containsExactlyInAnyOrderElementsOf(records(10));
    }

    @Test
    void eachMemberOfAUnionHasAnEndOfItsOwn() throws Exception {
        KafkaSource all = kafka().topics(topic).startingFrom(Offsets.earliest());
        Source union = Sources.union(
                all.until(Offsets.of(topic, 0, 1).and(topic, 1, 0)),
                all.until(Offsets.of(topic, 0, 0).and(topic, 1, 2)));

        run(range(union));

        assertThat(rows).containsExactlyInAnyOrder("0-0", "1-0", "1-1");
    }

    @Test
    void whatCannotEndThereIsRefused() throws Exception {
        KafkaSource all = kafka().topics(topic).startingFrom(Offsets.earliest());
        KafkaSource range = all.until(Offsets.of(topic, 0, 3).and(topic, 1, 3));

        assertThat(refused(range(range).every(Duration.ZERO)))
                .contains(
                        "until({\"" + topic + "\":{\"0\":3,\"1\":3}}): with this trigger the query would wait there for"
                                + " ever. Call availableNow() on the pipeline, or leave the end out.");
        assertThat(refused(range(all.until(Offsets.of(topic, 0, 30).and(topic, 1, 3)))))
                .contains(topic + "-0 has offsets from 0 to 10, and 30 is not among them.");
        assertThat(refused(range(all.until(Offsets.earliest()))))
                .contains("a range up to the earliest record is empty");
        assertThat(refused(range(range.startingFrom(Offsets.of(topic, 0, 4).and(topic, 1, 0)))))
                .contains("this is before the start, ");
        assertThat(refused(range(range.startingFrom(Offsets.latest()))))
                .contains("a range that starts at the latest records is empty");
        run(range(range));
        assertThat(refused(range(all.until(Offsets.latest()))))
                .contains("until(latest): the checkpoint was started with until({\"" + topic
                        + "\":{\"0\":3,\"1\":3}}) and keeps it. Name that one, or start with a new checkpoint.");
    }

    private String refused(Pipeline pipeline) {
        try {
            pipeline.validate(session());
            return "";
        } catch (IllegalArgumentException refused) {
            return String.valueOf(refused.getMessage());
        }
    }

    private Pipeline range(Source source) {
        return range(source, Long.MAX_VALUE);
    }

    /** Keeps what it reads, and fails before it has kept {@code lastBatch}. */
    private Pipeline range(Source source, long lastBatch) {
        return Pipeline.named("range")
                .from(source)
                .to(Sinks.foreachBatch((batch, id) -> {
                    List<String> read = batch.selectExpr("concat(partition, '-', offset)").collectAsList().stream()
                            .map(row -> row.getString(0))
                            .toList();
                    if (id >= lastBatch) {
                        throw new IllegalStateException("the test ends batch " + id);
                    }
                    rows.addAll(read);
                }))
                .availableNow()
                .checkpointAt(checkpoint);
    }

    private static List<String> records(int ofEach) {
        return IntStream.range(0, 2 * ofEach)
                .mapToObj(number -> number % 2 + "-" + number / 2)
                .toList();
    }

    private void send(int partition, int records, long millis) {
        byte[] value = "a".getBytes(StandardCharsets.UTF_8);
        KAFKA.send(IntStream.range(0, records)
                .mapToObj(number -> new ProducerRecord<byte[], byte[]>(topic, partition, millis, null, value))
                .toList());
    }

    private void addPartition() throws Exception {
        try (Admin admin = admin()) {
            admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3)))
                    .all()
                    .get();
        }
    }
}
