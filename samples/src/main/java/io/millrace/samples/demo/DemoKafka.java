package io.millrace.samples.demo;

import io.millrace.testkit.servers.TestKafka;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/** The topic of the demo, in an embedded Kafka or one of the user. */
record DemoKafka(String bootstrapServers, String topic) {
    private static final int SECONDS = 10;

    /** Creates a topic. */
    static DemoKafka open(@Nullable String given, int partitions) {
        String servers = given == null ? TestKafka.shared().bootstrapServers() : given;
        String topic = "millrace-demo-" + UUID.randomUUID().toString().substring(0, 8);
        run(
                servers,
                admin -> admin.createTopics(List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
                        .all());
        return new DemoKafka(servers, topic);
    }

    void deleteTopic() {
        run(bootstrapServers, admin -> admin.deleteTopics(List.of(topic)).all());
    }

    private static void run(String servers, Request request) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", servers,
                "request.timeout.ms", SECONDS * 1_000,
                "default.api.timeout.ms", SECONDS * 1_000);
        try (Admin admin = Admin.create(settings)) {
            request.send(admin).get(SECONDS + 1, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw unreachable(servers, e.getCause() == null ? e : e.getCause());
        } catch (KafkaException | TimeoutException e) {
            throw unreachable(servers, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static DemoFailure unreachable(String servers, Throwable cause) {
        if (cause instanceof TimeoutException
                || cause instanceof org.apache.kafka.common.errors.TimeoutException
                || cause instanceof org.apache.kafka.common.config.ConfigException
                || cause.getCause() instanceof org.apache.kafka.common.config.ConfigException) {
            return new DemoFailure(
                    "Cannot reach Kafka at " + servers + " within " + SECONDS
                            + " s: start it, correct --kafka, or omit --kafka to use an embedded one.",
                    cause);
        }
        return new DemoFailure("Kafka at " + servers + " returned an error: " + cause.getMessage(), cause);
    }

    @FunctionalInterface
    private interface Request {
        KafkaFuture<Void> send(Admin admin);
    }
}
