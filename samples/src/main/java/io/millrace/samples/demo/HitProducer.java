package io.millrace.samples.demo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends the generated hits, minute by minute; each minute is acknowledged before the next is sent. */
final class HitProducer {
    // Waits for the query after this many minutes, and sends hits that are too late from then on.
    private static final int MINUTES_BETWEEN_WAITS = 90;

    private final String bootstrapServers;
    private final String topic;
    private final long hitsPerSecond;
    private final AtomicLong sent = new AtomicLong();

    /** @param hitsPerSecond 0 for unlimited */
    HitProducer(String bootstrapServers, String topic, long hitsPerSecond) {
        this.bootstrapServers = bootstrapServers;
        this.topic = topic;
        this.hitsPerSecond = hitsPerSecond;
    }

    long sent() {
        return sent.get();
    }

    void send(HitGenerator generator, WatermarkWait query) throws InterruptedException, ExecutionException {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "acks",
                "all",
                "enable.idempotence",
                true,
                // Kafka may refuse the first of two requests and take the second while a topic gets its leader.
                "max.in.flight.requests.per.connection",
                1);
        long start = System.nanoTime();
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int minute = 0; minute < HitGenerator.MINUTES; minute++) {
                if (minute > 0 && minute % MINUTES_BETWEEN_WAITS == 0) {
                    query.awaitWatermark(generator.watermark());
                    generator.watermarkIsReached();
                }
                send(producer, generator.minute(minute), start);
            }
        }
    }

    private void send(KafkaProducer<String, String> producer, List<HitRecord> hits, long start)
            throws InterruptedException, ExecutionException {
        List<Future<RecordMetadata>> acknowledgements = new ArrayList<>(hits.size());
        for (HitRecord hit : hits) {
            keepRate(start);
            acknowledgements.add(producer.send(new ProducerRecord<>(topic, hit.key(), hit.payload())));
            sent.incrementAndGet();
        }
        producer.flush();
        for (Future<RecordMetadata> acknowledgement : acknowledgements) {
            acknowledgement.get();
        }
    }

    private void keepRate(long start) {
        if (hitsPerSecond > 0) {
            long due = start + TimeUnit.SECONDS.toNanos(sent.get()) / hitsPerSecond;
            long early = due - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(early);
            }
        }
    }

    /** Waits until the queries have a watermark of at least {@code wanted}. */
    @FunctionalInterface
    interface WatermarkWait {
        void awaitWatermark(Instant wanted) throws InterruptedException;
    }
}
