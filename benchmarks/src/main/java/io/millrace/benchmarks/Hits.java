package io.millrace.benchmarks;

import io.millrace.testkit.servers.TestKafka;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Page hits in order of time: JSON of about 478 bytes with 12 fields. The same index always gives the same hit.
 *
 * @param keys how many ZIP codes there are
 * @param gap milliseconds from one hit to the next
 */
record Hits(int keys, long gap) {
    static final int PARTITIONS = 4;
    private static final Instant FIRST = Instant.parse("2026-01-01T00:00:00Z");
    private static final long SLIDE = 300_000; // windows of two slides

    /** The hits of the job: 120 keys; a million hits last for three hours. */
    static Hits ofJob() {
        return new Hits(120, 11);
    }

    /** Creates the topic and sends the hits to its partitions in turn. */
    void send(TestKafka kafka, String topic, long count) throws Exception {
        kafka.createTopic(topic, PARTITIONS);
        try (KafkaProducer<byte[], byte[]> producer = producer(kafka)) {
            Future<RecordMetadata> last = null;
            for (long index = 0; index < count; index++) {
                last = producer.send(record(topic, index, time(index)));
            }
            producer.flush();
            if (last != null) {
                last.get();
            }
        }
    }

    static KafkaProducer<byte[], byte[]> producer(TestKafka kafka) {
        Map<String, Object> settings = Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrapServers(),
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.BATCH_SIZE_CONFIG,
                131_072);
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    ProducerRecord<byte[], byte[]> record(String topic, long index, Instant time) {
        return new ProducerRecord<>(
                topic, (int) (index % PARTITIONS), null, json(index, time).getBytes(StandardCharsets.UTF_8));
    }

    /** Returns how many hits each ZIP code has in each window of ten minutes every five: {@code start zip}. */
    Map<String, Long> counts(long count) {
        Map<String, Long> counts = new HashMap<>();
        for (long index = 0; index < count; index++) {
            count(counts, index, time(index));
        }
        return counts;
    }

    /** Adds a hit to its two windows. */
    void count(Map<String, Long> counts, long index, Instant time) {
        counts.merge(window(time, index), 1L, Long::sum);
        counts.merge(window(time.minusMillis(SLIDE), index), 1L, Long::sum);
    }

    /** Returns the later one of the windows of a hit: {@code start zip}. */
    String window(Instant time, long index) {
        return Math.floorDiv(time.toEpochMilli(), SLIDE) * SLIDE + " " + zip(index);
    }

    String zip(long index) {
        return Long.toString(100_000_000 + Long.remainderUnsigned(scrambled(index), keys));
    }

    String json(long index, Instant time) {
        long random = scrambled(index + 1);
        return "{\"id\":" + index + ",\"zip\":\"" + zip(index) + "\",\"hittime\":\"" + time
                + "\",\"status\":" + (random % 16 == 0 ? 404 : 200) + ",\"bytes\":" + (random & 0xffff)
                + ",\"user\":\"user-" + (100_000 + (random >>> 8) % 100_000)
                + "\",\"session\":\"" + Long.toHexString(random | Long.MIN_VALUE)
                + "\",\"url\":\"https://shop.example.com/catalogue/garden/item-" + (10_000 + (random >>> 16) % 90_000)
                + "?utm_source=newsletter&utm_campaign=spring\""
                + ",\"referrer\":\"https://www.example.org/search?q=garden+chair\""
                + ",\"agent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
                + " Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.87 (garden; spring)\""
                + ",\"country\":\"DE\",\"millis\":" + (random >>> 32) % 1_000 + "}";
    }

    Instant time(long index) {
        return FIRST.plusMillis(index * gap);
    }

    /** SplitMix64 (Steele, Lea and Flood 2014). */
    private static long scrambled(long index) {
        long mixed = index * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return (mixed ^ (mixed >>> 31)) >>> 1;
    }
}
