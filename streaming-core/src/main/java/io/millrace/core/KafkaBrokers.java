package io.millrace.core;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers of a source or a sink, before a query starts, what it would learn from them only after: whether they
 * answer, let this job in, have its topics and give it the right to read or write them. Changes nothing there.
 */
public final class KafkaBrokers {
    private static final String CLIENT = "kafka.";

    private final Map<String, Object> settings = new HashMap<>();
    private final String servers;

    private KafkaBrokers(Map<String, String> options, Duration patience) {
        options.forEach((key, value) -> {
            String name = key.startsWith(CLIENT) ? key.substring(CLIENT.length()) : "";
            if (AdminClientConfig.configNames().contains(name) || name.startsWith("config.providers")) {
                settings.put(name, value);
            }
        });
        int millis = Math.toIntExact(patience.toMillis());
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        servers = String.valueOf(settings.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
    }

    /** Those that Spark's {@code options} of a source or sink name; asked, they may take {@code patience} to answer. */
    public static KafkaBrokers of(Map<String, String> options, Duration patience) {
        return new KafkaBrokers(options, patience);
    }

    /** What keeps this job from reading {@code topics}; where there are none, from the brokers. */
    public Optional<Problem> refusalToRead(Collection<String> topics) {
        return refusal(new Use(topics, "read", AclOperation.READ));
    }

    /** What keeps this job from writing to {@code topics}; where there are none, from the brokers. */
    public Optional<Problem> refusalToWrite(Collection<String> topics) {
        return refusal(new Use(topics, "write to", AclOperation.WRITE));
    }

    private Optional<Problem> refusal(Use use) {
        try (Admin admin = Admin.create(settings)) {
            if (use.topics().isEmpty()) {
                admin.describeCluster().nodes().get();
            }
            for (String topic : new TreeSet<>(use.topics())) {
                Optional<Problem> refused = refusal(admin, topic, use);
                if (refused.isPresent()) {
                    return refused;
                }
            }
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.of(unreachable(stopped));
        } catch (ExecutionException refused) {
            return Optional.of(problem(refused.getCause()));
        } catch (KafkaException refused) {
            return Optional.of(problem(refused));
        }
    }

    private Optional<Problem> refusal(Admin admin, String topic, Use use)
            throws InterruptedException, ExecutionException {
        try {
            return isAllowed(admin, topic, use) ? Optional.empty() : Optional.of(use.forbidden(topic, ""));
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof AuthorizationException forbidden) {
                return Optional.of(use.forbidden(topic, " (" + nameOf(forbidden) + ")"));
            }
            if (refused.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.of(unknown(topic));
            }
            throw refused;
        }
    }

    /** Brokers without rights to give answer that all is allowed, or nothing. */
    private static boolean isAllowed(Admin admin, String topic, Use use)
            throws InterruptedException, ExecutionException {
        DescribeTopicsOptions options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
        return admin.describeTopics(List.of(topic), options).allTopicNames().get().values().stream()
                .map(TopicDescription::authorizedOperations)
                .allMatch(allowed -> allowed == null || allowed.contains(use.right()));
    }

    private Problem unknown(String topic) {
        return new Problem(
                "topic",
                topic,
                "the brokers at " + servers + " have no such topic",
                "Create it, or check the name: kafka-topics.sh --bootstrap-server " + servers + " --create --topic "
                        + topic + ".");
    }

    private Problem problem(@Nullable Throwable refused) {
        if (refused instanceof SslAuthenticationException) {
            return new Problem(
                    "security",
                    servers,
                    "this job does not trust the certificate of the brokers, or they do not trust its own ("
                            + nameOf(refused) + ")",
                    "Name the authority that signed it with trusting(...), and the brokers as the certificate does.");
        }
        if (refused instanceof AuthenticationException) {
            return new Problem(
                    "security",
                    servers,
                    "the brokers refuse to log this job in ("
                            + refused.getClass().getSimpleName() + ")",
                    "Check user, password and mechanism.");
        }
        return unreachable(refused);
    }

    private Problem unreachable(@Nullable Throwable fault) {
        return new Problem(
                "kafka",
                servers,
                "no broker answers there" + (fault == null ? "" : " (" + nameOf(fault) + ")"),
                "Start the brokers, or check host, port and security.");
    }

    /** What kind of fault it is, and nothing of what it says: that may hold secrets. */
    private static String nameOf(Throwable fault) {
        Throwable root = fault;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName();
    }

    private record Use(Collection<String> topics, String verb, AclOperation right) {
        Problem forbidden(String topic, String fault) {
            return new Problem(
                    "topic",
                    topic,
                    "the user of this job may not " + verb + " it" + fault,
                    "Grant it DESCRIBE and " + right + " on the topic.");
        }
    }
}
