package io.millrace.testkit.servers;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidMetadataException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Calls to a broker as an admin client. */
final class KafkaAdmin {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private KafkaAdmin() {}

    /** Whether the broker answers and has joined the cluster, so that a topic can be created. */
    static boolean isServing(String bootstrapServers) {
        try (Admin admin = admin(bootstrapServers)) {
            return !get(admin.describeCluster().nodes()).isEmpty();
        }
    }

    /**
     * Returns when the partitions can be written: the cluster names their leader before it takes records. A broker that
     * was stalled, as on a busy machine, has to rejoin the cluster first: waits for that.
     */
    static void createTopic(String bootstrapServers, String topic, int partitions) {
        NewTopic asked = new NewTopic(topic, Optional.of(partitions), Optional.empty());
        Map<TopicPartition, OffsetSpec> ends = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
        try (Admin admin = admin(bootstrapServers)) {
            // One broker has every replica, so that it lacks one only while it is not in the cluster.
            retry(
                    InvalidReplicationFactorException.class,
                    () -> admin.createTopics(List.of(asked)).all());
            retry(InvalidMetadataException.class, () -> admin.listOffsets(ends).all());
        }
    }

    /** Calls again for up to half a minute while Kafka refuses for this reason. */
    private static void retry(Class<? extends ApiException> passing, Supplier<KafkaFuture<?>> call) {
        long start = System.nanoTime();
        while (true) {
            try {
                get(call.get());
                return;
            } catch (IllegalStateException e) {
                if (!passing.isInstance(e.getCause()) || System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
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
