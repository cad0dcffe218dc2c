package io.millrace.testkit.servers;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Calls to a broker as an admin client. */
final class KafkaAdmin {
    private static final Duration REJOINS_WITHIN = Duration.ofSeconds(30);

    private KafkaAdmin() {}

    /** Whether the broker answers and has joined the cluster, so that a topic can be created. */
    static boolean isServing(String bootstrapServers) {
        try (Admin admin = admin(bootstrapServers)) {
            return !get(admin.describeCluster().nodes()).isEmpty();
        }
    }

    /** A broker that was stalled has to rejoin the cluster first, as on a busy machine: waits for that. */
    static void createTopic(String bootstrapServers, String topic, int partitions) {
        long start = System.nanoTime();
        try (Admin admin = admin(bootstrapServers)) {
            NewTopic asked = new NewTopic(topic, Optional.of(partitions), Optional.empty());
            while (!isCreated(admin, asked, System.nanoTime() - start < REJOINS_WITHIN.toNanos())) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    /** One broker has every replica, so that it lacks one only while it is not in the cluster. */
    private static boolean isCreated(Admin admin, NewTopic asked, boolean mayRejoin) {
        try {
            get(admin.createTopics(List.of(asked)).all());
            return true;
        } catch (IllegalStateException e) {
            if (mayRejoin && e.getCause() instanceof InvalidReplicationFactorException) {
                return false;
            }
            throw e;
        }
    }

    /**
     * The number of partitions of a topic.
     *
     * @throws IllegalStateException if there is no such topic
     */
    static int partitions(String bootstrapServers, String topic) {
        try (Admin admin = admin(bootstrapServers)) {
            return Objects.requireNonNull(
                            get(admin.describeTopics(List.of(topic)).allTopicNames())
                                    .get(topic))
                    .partitions()
                    .size();
        } catch (IllegalStateException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new IllegalStateException(
                        "There is no topic \"" + topic + "\". Call createTopic(\"" + topic + "\", partitions) first.",
                        e);
            }
            throw e;
        }
    }

    /** Grants the rights and waits until the broker has them. */
    static void grant(String bootstrapServers, String user, String topic) {
        AclBinding access = allowed(user, ResourceType.TOPIC, topic, AclOperation.ALL);
        AclBinding groups = allowed(user, ResourceType.GROUP, "*", AclOperation.READ);
        try (Admin admin = admin(bootstrapServers)) {
            get(admin.createAcls(List.of(access, groups)).all());
            while (!get(admin.describeAcls(AclBindingFilter.ANY).values()).containsAll(List.of(access, groups))) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    private static AclBinding allowed(String user, ResourceType type, String name, AclOperation operation) {
        return new AclBinding(
                new ResourcePattern(type, name, PatternType.LITERAL),
                new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
    }

    /** A random id in the format that Kafka requires. */
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
