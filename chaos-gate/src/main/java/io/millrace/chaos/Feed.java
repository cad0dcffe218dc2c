package io.millrace.chaos;

import io.millrace.chaos.checker.Event;
import io.millrace.chaos.checker.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends the computed events to a topic, each at the offset that it was computed from. */
final class Feed implements AutoCloseable {
    static final int PARTITIONS = 4;

    private final Truth truth;
    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Map<Integer, Long> ends = new TreeMap<>();

    Feed(Truth truth, String bootstrapServers, String topic) {
        this.truth = truth;
        this.topic = topic;
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "acks",
                        "all",
                        "enable.idempotence",
                        true,
                        // A broker that restarts or was stalled could refuse one request and take the next; that one
                        // would then be out of order for good.
                        "max.in.flight.requests.per.connection",
                        1),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        for (int partition = 0; partition < PARTITIONS; partition++) {
            ends.put(partition, 0L);
        }
    }

    Truth truth() {
        return truth;
    }

    String topic() {
        return topic;
    }

    /** Returns the end offset of each partition. */
    Map<Integer, Long> ends() {
        return Map.copyOf(ends);
    }

    long events() {
        return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Sends more records to each partition and waits for the acknowledgements. */
    void more(int records) throws InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        List<Event> events = new ArrayList<>();
        ends.replaceAll((partition, end) -> {
            for (long offset = end; offset < end + records; offset++) {
                Event event = truth.at(partition, offset);
                events.add(event);
                sent.add(producer.send(new ProducerRecord<>(topic, partition, null, event.value())));
            }
            return end + records;
        });
        producer.flush();
        for (int record = 0; record < sent.size(); record++) {
            verify(events.get(record), sent.get(record));
        }
    }

    @Override
    public void close() {
        producer.close();
    }

    private static void verify(Event event, Future<RecordMetadata> sent) throws InterruptedException {
        try {
            if (sent.get().offset() != event.offset()) {
                throw new IllegalStateException(
                        "The broker put " + event + " at offset " + sent.get().offset());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("The broker rejected " + event, e);
        }
    }
}
