package io.millrace.benchmarks;

import io.millrace.testkit.servers.TestKafka;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Hits that are sent at a steady rate, each at the time that it names. */
final class SentHits {
    private static final Hits HITS = Hits.ofJob();

    private final long[] times;
    private final int measuredFrom;

    private SentHits(long[] times, int measuredFrom) {
        this.times = times;
        this.measuredFrom = measuredFrom;
    }

    /** Sends hits for some seconds, of which the first ones are for warming up. */
    static SentHits send(TestKafka kafka, String topic, int perSecond, int warmUp, int seconds) throws Exception {
        long[] times = new long[(warmUp + seconds) * perSecond];
        long start = System.nanoTime();
        List<Future<RecordMetadata>> acknowledged = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = Hits.producer(kafka)) {
            for (int index = 0; index < times.length; index++) {
                long due = start + index * 1_000_000_000L / perSecond;
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                times[index] = System.currentTimeMillis();
                acknowledged.add(producer.send(HITS.record(topic, index, Instant.ofEpochMilli(times[index]))));
            }
            for (Future<RecordMetadata> record : acknowledged) {
                record.get();
            }
        }
        return new SentHits(times, warmUp * perSecond);
    }

    int count() {
        return times.length;
    }

    long measuredFromMillis() {
        return times[measuredFrom];
    }

    /** Returns how many hits each ZIP code has in each window. */
    Map<String, Long> counts() {
        Map<String, Long> counts = new HashMap<>();
        for (int index = 0; index < times.length; index++) {
            HITS.count(counts, index, Instant.ofEpochMilli(times[index]));
        }
        return counts;
    }

    /** Returns the milliseconds from each measured hit to the first count that includes it. */
    double[] latencies(Map<String, Deque<double[]>> history) {
        Map<String, Long> counts = new HashMap<>();
        double[] latencies = new double[times.length];
        for (int index = 0; index < times.length; index++) {
            String window = HITS.window(Instant.ofEpochMilli(times[index]), index);
            long rank = counts.merge(window, 1L, Long::sum);
            Deque<double[]> updates = Objects.requireNonNull(history.get(window), window);
            while (updates.element()[0] < rank) {
                updates.remove();
            }
            latencies[index] = updates.element()[1] - times[index];
        }
        return Arrays.copyOfRange(latencies, measuredFrom, times.length);
    }
}
