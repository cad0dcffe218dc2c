package io.millrace.core.internal.kafka;

import io.millrace.core.internal.Errors;
import io.millrace.core.internal.Finding;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the brokers of a source or a sink, before a query starts, whether they answer, accept its login, have its topics
 * and let it read or write them. Changes nothing there.
 */
public final class KafkaBrokers {
    private static final String CLIENT = "kafka.";

    // What ClientUtils.parseAndValidateAddresses accepts: with or without a protocol, and brackets around the host.
    private static final Pattern SERVER =
            Pattern.compile("([0-9a-zA-Z_+.-]+://)?(\\[[0-9a-zA-Z%._:-]+]|[0-9a-zA-Z%._:-]+):\\d{1,5}");
    private static final Pattern USER_INFO = Pattern.compile("^([\\w+.-]+://)?.*@", Pattern.DOTALL);

    private final Map<String, String> options;
    private final Map<String, Object> settings = new HashMap<>();
    private final String servers;

    private KafkaBrokers(Map<String, String> options, Duration patience) {
        this.options = options;
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

    /**
     * Checks that {@code bootstrapServers} is a list of brokers that Kafka's own client accepts, and returns it.
     *
     * @throws IllegalArgumentException if it is not
     */
    public static String servers(String bootstrapServers) {
        List<String> named = Arrays.stream(bootstrapServers.split(","))
                .map(String::strip)
                .filter(server -> !server.isEmpty())
                .toList();
        if (named.isEmpty() || !named.stream().allMatch(KafkaBrokers::isServer)) {
            throw new IllegalArgumentException(
                    "kafka(\"" + USER_INFO.matcher(bootstrapServers).replaceFirst("$1***@")
                            + "\"): this is not a list of brokers. Write host:port, several separated by commas.");
        }
        return bootstrapServers;
    }

    private static boolean isServer(String server) {
        return SERVER.matcher(server).matches()
                && Integer.parseInt(server.substring(server.lastIndexOf(':') + 1)) <= 65_535;
    }

    /** The brokers in Spark's {@code options} of a source or sink, which get {@code patience} to answer. */
    public static KafkaBrokers of(Map<String, String> options, Duration patience) {
        return new KafkaBrokers(options, patience);
    }

    /** Why this job cannot read the topics of its options; if it can, what {@code more} finds. */
    public List<Finding> problemsOfReading(Question more) {
        Use use = new Use(KafkaOptions.topics(options), "read", AclOperation.READ);
        return problems(admin -> {
            Optional<Finding> refused = refusal(admin, use);
            return refused.isPresent() ? List.of(refused.get()) : more.ask(admin);
        });
    }

    /** Why this job cannot write to {@code topics}; without topics, why it cannot use the brokers. */
    public Optional<Finding> refusalToWrite(Collection<String> topics) {
        Use use = new Use(topics, "write to", AclOperation.WRITE);
        return problems(admin -> refusal(admin, use).stream().toList()).stream().findFirst();
    }

    /** The {@code max.message.bytes} of a topic; empty if the brokers do not report it, or not to this user. */
    public Optional<Long> largestMessage(String topic) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        List<Long> found = new ArrayList<>();
        problems(admin -> {
            Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
            ConfigEntry entry = config == null ? null : config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
            if (entry != null && entry.value() != null) {
                found.add(Long.parseLong(entry.value()));
            }
            return List.of();
        });
        return found.stream().findFirst();
    }

    /** The consumers that keep this job from committing offsets to {@code group}; none if it may not ask. */
    public List<Finding> consumersOfGroup(String group) {
        return problems(admin -> {
            try {
                return described(admin, group)
                        .filter(found -> !found.members().isEmpty())
                        .map(found -> activeGroup(group))
                        .stream()
                        .toList();
            } catch (GroupAuthorizationException refused) {
                return List.of();
            }
        });
    }

    /** The right that this job lacks to commit offsets to {@code group}. */
    public List<Finding> missingRightOnGroup(String group) {
        return problems(admin -> {
            try {
                return described(admin, group)
                        .map(ConsumerGroupDescription::authorizedOperations)
                        .filter(allowed -> !allowed.contains(AclOperation.READ))
                        .map(allowed -> forbiddenGroup(group))
                        .stream()
                        .toList();
            } catch (GroupAuthorizationException refused) {
                return List.of(forbiddenGroup(group));
            }
        });
    }

    /** Empty if nobody has committed to it: the first commit creates it. */
    private static Optional<ConsumerGroupDescription> described(Admin admin, String group)
            throws InterruptedException, ExecutionException {
        DescribeConsumerGroupsOptions options = new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true);
        try {
            return admin.describeConsumerGroups(List.of(group), options).all().get().values().stream()
                    .findFirst();
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof GroupAuthorizationException forbidden) {
                throw forbidden;
            }
            if (refused.getCause() instanceof GroupIdNotFoundException) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    private static Finding forbiddenGroup(String group) {
        return new Finding(
                "commitOffsetsTo",
                group,
                "the user of this job may not commit offsets to this group, so that tools show no lag; the query runs"
                        + " without",
                "Grant it READ on the group.");
    }

    private static Finding activeGroup(String group) {
        return new Finding(
                "commitOffsetsTo",
                group,
                "consumers are active in this group, and Kafka lets nobody else commit offsets then",
                "Name a group of the query's own.");
    }

    /** A client for these brokers, which the caller closes. */
    Admin client() {
        return QuietClients.during(() -> Admin.create(settings));
    }

    private List<Finding> problems(Question question) {
        return QuietClients.during(() -> ask(question));
    }

    private List<Finding> ask(Question question) {
        try (Admin admin = Admin.create(settings)) {
            return question.ask(admin);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return List.of(unreachable(stopped));
        } catch (ExecutionException refused) {
            return List.of(problem(refused.getCause()));
        } catch (KafkaException refused) {
            return List.of(problem(refused));
        }
    }

    private Optional<Finding> refusal(Admin admin, Use use) throws InterruptedException, ExecutionException {
        if (use.topics().isEmpty()) {
            admin.describeCluster().nodes().get();
        }
        for (String topic : new TreeSet<>(use.topics())) {
            Optional<Finding> refused = refusal(admin, topic, use);
            if (refused.isPresent()) {
                return refused;
            }
        }
        return Optional.empty();
    }

    private Optional<Finding> refusal(Admin admin, String topic, Use use)
            throws InterruptedException, ExecutionException {
        try {
            return isAllowed(admin, topic, use) ? Optional.empty() : Optional.of(use.forbidden(topic, ""));
        } catch (ExecutionException refused) {
            if (refused.getCause() instanceof AuthorizationException forbidden) {
                return Optional.of(use.forbidden(topic, " (" + Errors.nameOf(forbidden) + ")"));
            }
            if (refused.getCause() instanceof UnknownTopicOrPartitionException
                    || refused.getCause() instanceof InvalidTopicException) {
                return Optional.of(unknown(topic));
            }
            throw refused;
        }
    }

    /** Brokers without access control answer that everything is allowed, or nothing. */
    private static boolean isAllowed(Admin admin, String topic, Use use)
            throws InterruptedException, ExecutionException {
        DescribeTopicsOptions options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
        return admin.describeTopics(List.of(topic), options).allTopicNames().get().values().stream()
                .map(TopicDescription::authorizedOperations)
                .allMatch(allowed -> allowed == null || allowed.contains(use.right()));
    }

    private Finding unknown(String topic) {
        return new Finding(
                "topic",
                topic,
                "the brokers at " + servers + " have no such topic",
                "Create it, or check the name: kafka-topics.sh --bootstrap-server " + servers + " --create --topic "
                        + topic + ".");
    }

    private Finding problem(@Nullable Throwable refused) {
        if (refused instanceof SslAuthenticationException) {
            return new Finding(
                    "security",
                    servers,
                    "this job does not trust the certificate of the brokers, or they do not trust its own ("
                            + Errors.nameOf(refused) + ")",
                    "Name the authority that signed it with trusting(...), and the brokers as the certificate does.");
        }
        if (refused instanceof AuthenticationException) {
            return new Finding(
                    "security",
                    servers,
                    "the brokers refuse to log this job in ("
                            + refused.getClass().getSimpleName() + ")",
                    "Check user, password and mechanism.");
        }
        return unreachable(refused);
    }

    private Finding unreachable(@Nullable Throwable fault) {
        return new Finding(
                "kafka",
                servers,
                "no broker answers there" + (fault == null ? "" : " (" + Errors.nameOf(fault) + ")"),
                "Start the brokers, or check host, port and security.",
                true);
    }

    /** A question to the brokers, answered by problems. */
    @FunctionalInterface
    public interface Question {
        List<Finding> ask(Admin admin) throws InterruptedException, ExecutionException;
    }

    private record Use(Collection<String> topics, String verb, AclOperation right) {
        Finding forbidden(String topic, String fault) {
            return new Finding(
                    "topic",
                    topic,
                    "the user of this job may not " + verb + " it" + fault,
                    "Grant it DESCRIBE and " + right + " on the topic.");
        }
    }
}
