package io.millrace.sinks;

import io.millrace.core.Problem;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/** Asks the brokers of a sink, before a query starts, what it would learn from them only after. */
final class KafkaBrokers {
    private KafkaBrokers() {}

    static Optional<Problem> problem(Map<String, String> properties, Optional<String> topic, Duration patience) {
        String servers = String.valueOf(properties.get(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG));
        try (Admin admin = Admin.create(settings(properties, patience))) {
            if (topic.isPresent()) {
                return mayWrite(admin, topic.get()) ? Optional.empty() : Optional.of(forbidden(topic.get(), ""));
            }
            admin.describeCluster().nodes().get();
            return Optional.empty();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Optional.of(unreachable(servers, stopped));
        } catch (ExecutionException refused) {
            return Optional.of(problem(servers, topic, refused.getCause()));
        } catch (KafkaException refused) {
            return Optional.of(problem(servers, topic, refused));
        }
    }

    /** Brokers without rights to give answer that all is allowed, or nothing. */
    private static boolean mayWrite(Admin admin, String topic) throws InterruptedException, ExecutionException {
        DescribeTopicsOptions options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
        return admin.describeTopics(List.of(topic), options).allTopicNames().get().values().stream()
                .map(TopicDescription::authorizedOperations)
                .allMatch(allowed -> allowed == null || allowed.contains(AclOperation.WRITE));
    }

    private static Map<String, Object> settings(Map<String, String> properties, Duration patience) {
        Map<String, Object> settings = new HashMap<>(properties);
        settings.keySet()
                .retainAll(properties.keySet().stream()
                        .filter(KafkaBrokers::isOfEveryClient)
                        .toList());
        int millis = Math.toIntExact(patience.toMillis());
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        return settings;
    }

    private static boolean isOfEveryClient(String name) {
        return AdminClientConfig.configNames().contains(name) || name.startsWith("config.providers");
    }

    private static Problem problem(String servers, Optional<String> topic, @Nullable Throwable refused) {
        String name = topic.orElse("any");
        if (refused instanceof UnknownTopicOrPartitionException) {
            return new Problem(
                    "topic",
                    name,
                    "the brokers at " + servers + " have no such topic",
                    "Create it, or check the name: kafka-topics.sh --bootstrap-server " + servers + " --create --topic "
                            + name + ".");
        }
        if (refused instanceof SslAuthenticationException) {
            return new Problem(
                    "security",
                    servers,
                    "this job does not trust the certificate of the brokers, or they do not trust its own ("
                            + Sentences.nameOf(refused) + ")",
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
        if (refused instanceof AuthorizationException) {
            return forbidden(name, " (" + refused.getClass().getSimpleName() + ")");
        }
        return unreachable(servers, refused);
    }

    private static Problem forbidden(String topic, String fault) {
        return new Problem(
                "topic",
                topic,
                "the user of this job may not write to it" + fault,
                "Grant it DESCRIBE and WRITE on the topic.");
    }

    private static Problem unreachable(String servers, @Nullable Throwable fault) {
        return new Problem(
                "kafka",
                servers,
                "no broker answers there" + (fault == null ? "" : " (" + Sentences.nameOf(fault) + ")"),
                "Start the brokers, or check host, port and security.");
    }
}
