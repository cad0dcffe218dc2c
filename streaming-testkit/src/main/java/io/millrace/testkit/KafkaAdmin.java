package io.millrace.testkit;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;

/** What is asked of a broker as a client. */
final class KafkaAdmin {
    private KafkaAdmin() {}

    /** Whether a broker answers and has been let into the cluster, so that a topic can be created. */
    static boolean isServing(String bootstrapServers) {
        try (Admin admin = admin(bootstrapServers)) {
            return !get(admin.describeCluster().nodes()).isEmpty();
        }
    }

    static void createTopic(String bootstrapServers, String topic, int partitions) {
        try (Admin admin = admin(bootstrapServers)) {
            NewTopic asked = new NewTopic(topic, Optional.of(partitions), Optional.empty());
            get(admin.createTopics(List.of(asked)).all());
        }
    }

    /** An id in the only form that a cluster may have. */
    static String newClusterId() {
        return Uuid.randomUuid().toString();
    }

    private static Admin admin(String bootstrapServers) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 30_000,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 30_000));
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for Kafka", e);
        } catch (ExecutionException e) {
            Throwable reason = Objects.requireNonNullElse(e.getCause(), e);
            throw new IllegalStateException("Kafka refused: " + reason.getMessage(), reason);
        }
    }
}
