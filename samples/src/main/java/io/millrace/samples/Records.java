package io.millrace.samples;

import io.millrace.samples.demo.DemoFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Sends and reads records without Spark. */
final class Records {
    private Records() {}

    static void send(String brokers, String topic, List<String> values) {
        sendAll(
                brokers,
                values.stream()
                        .map(value -> new ProducerRecord<String, String>(topic, value))
                        .toList());
    }

    /** Sends a record with a timestamp. */
    static void send(String brokers, String topic, Instant time, String value) {
        sendAll(brokers, List.of(new ProducerRecord<>(topic, null, time.toEpochMilli(), null, value)));
    }

    private static void sendAll(String brokers, List<ProducerRecord<String, String>> records) {
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "acks", "all");
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (ProducerRecord<String, String> message : records) {
                producer.send(message).get(30, TimeUnit.SECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            throw new DemoFailure("Kafka at " + brokers + " did not accept the records: is it running?", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Waits for {@code count} records and returns each as {@code key=value}. */
    static List<String> read(String brokers, String topic, int count) {
        List<String> found = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers), new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (found.size() < count) {
                for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofSeconds(1))) {
                    found.add(message.key() + "=" + message.value());
                }
            }
        }
        return found.stream().sorted().toList();
    }
}
