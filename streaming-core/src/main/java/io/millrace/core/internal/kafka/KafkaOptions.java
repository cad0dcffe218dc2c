package io.millrace.core.internal.kafka;

import io.millrace.core.internal.Finding;
import io.millrace.core.internal.OptionNames;
import io.millrace.core.internal.spark.SparkLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The options of Spark's Kafka source and of its consumer. */
public final class KafkaOptions {
    /** The option that names the providers by which a client looks up placeholders. */
    public static final String CONFIG_PROVIDERS = "kafka.config.providers";

    /**
     * Settings of the consumer for the way in which Spark reads: after each poll it asks the broker for the range of
     * offsets, twice. Kafka's 500 records a poll make that the greater part of a read. Memory does not grow with more,
     * since a poll returns at most one fetch, 1 MiB of a partition, which then fits into the receive buffer of the
     * socket, 64 KiB by Kafka's own default.
     *
     * <p>The answer comes after that of the fetch which the consumer has sent ahead, and at the end of a partition the
     * broker keeps a fetch for {@code fetch.max.wait.ms}: so each task that reads the newest record waits for that
     * long, 500 milliseconds by Kafka's own default. A micro-batch polls no further. A task that stays, as with the
     * continuous trigger, asks again after each wait.
     */
    public static final Map<String, String> DEFAULTS = Map.of(
            "kafka.max.poll.records", "5000",
            "kafka.receive.buffer.bytes", "1048576",
            "kafka.fetch.max.wait.ms", "10");

    private static final String CONSUMER = "kafka.";

    // KafkaSourceProvider of Spark 3.5 and the Kafka integration guide; later ones are added by the line.
    private static final List<String> OF_SPARK = List.of(
            "subscribe",
            "subscribePattern",
            "assign",
            "startingOffsets",
            "startingTimestamp",
            "startingOffsetsByTimestamp",
            "startingOffsetsByTimestampStrategy",
            "endingOffsets",
            "endingTimestamp",
            "endingOffsetsByTimestamp",
            "failOnDataLoss",
            "kafkaConsumer.pollTimeoutMs",
            "fetchOffset.numRetries",
            "fetchOffset.retryIntervalMs",
            "maxOffsetsPerTrigger",
            "minOffsetsPerTrigger",
            "maxTriggerDelay",
            "minPartitions",
            "groupIdPrefix",
            "includeHeaders");

    private static final Set<String> KNOWN = known();

    private static final Map<String, String> REFUSED_BY_SPARK = Map.of(
            "kafka.auto.offset.reset", "Call startingFrom(...).",
            "kafka.key.deserializer", "The key is binary: cast it in a transform.",
            "kafka.value.deserializer", "The value is binary: cast it in a transform.",
            "kafka.enable.auto.commit", "The checkpoint holds the offsets: leave it out.",
            "kafka.interceptor.classes", "Leave it out: an interceptor could change what is read.");

    private KafkaOptions() {}

    private static Set<String> known() {
        Set<String> known = new LinkedHashSet<>(OF_SPARK);
        known.addAll(SparkLine.KAFKA_SOURCE_OPTIONS);
        return known;
    }

    public static List<Finding> problems(Collection<String> keys) {
        List<Finding> problems = new ArrayList<>();
        for (String key : keys) {
            String hint = REFUSED_BY_SPARK.get(key.toLowerCase(Locale.ROOT));
            if (hint != null) {
                problems.add(new Finding("option", key, "Spark manages this setting of the consumer", hint));
            }
        }
        List<String> consumer = keys.stream().filter(KafkaOptions::ofConsumer).toList();
        List<String> own = keys.stream().filter(key -> !ofConsumer(key)).toList();
        problems.addAll(OptionNames.misspelt("Kafka's consumer", consumer, consumerNames()));
        problems.addAll(OptionNames.unknown("the kafka source", own, KNOWN));
        return problems;
    }

    /** Refuses several starts, of which Spark would use one and ignore the others. */
    public static Optional<Finding> startTwice(Map<String, String> options) {
        List<String> starts = Stream.of("startingOffsets", "startingTimestamp", "startingOffsetsByTimestamp")
                .filter(options::containsKey)
                .toList();
        return starts.size() < 2
                ? Optional.empty()
                : Optional.of(new Finding(
                        "option",
                        String.join(", ", starts),
                        "the source has more than one start, of which Spark would ignore all but one",
                        "Call startingFrom(...) once, and leave these options out."));
    }

    public static boolean failsOnDataLoss(Map<String, String> options) {
        return Boolean.parseBoolean(options.getOrDefault("failOnDataLoss", "true"));
    }

    /** The topics subscribed to, or those of the partitions that are assigned. */
    static List<String> topics(Map<String, String> options) {
        return options.containsKey("assign")
                ? List.copyOf(assigned(options).keySet())
                : Stream.of(options.getOrDefault("subscribe", "").split(","))
                        .map(String::strip)
                        .filter(topic -> !topic.isEmpty())
                        .toList();
    }

    /** The partitions that are assigned one by one; empty if topics are named instead. */
    static NavigableMap<String, NavigableMap<Integer, Long>> assigned(Map<String, String> options) {
        return KafkaJson.parsed(options.getOrDefault("assign", "{}")).orElseGet(TreeMap::new);
    }

    /** Whether Kafka itself treats the setting as a password, of a consumer as of a producer. */
    public static boolean isPassword(String key) {
        ConfigDef.ConfigKey known =
                ofConsumer(key) ? ConsumerConfig.configDef().configKeys().get(key.substring(CONSUMER.length())) : null;
        return known != null && known.type == ConfigDef.Type.PASSWORD;
    }

    /** Whether the option says how a client encrypts and logs in. */
    public static boolean isSecurity(String key) {
        return key.startsWith("kafka.ssl.") || key.startsWith("kafka.sasl.");
    }

    /** {@code added} options, whose config providers join the {@code existing} ones instead of replacing them. */
    public static Map<String, String> joiningProviders(Map<String, String> existing, Map<String, String> added) {
        Map<String, String> joining = new HashMap<>(added);
        String before = existing.getOrDefault(CONFIG_PROVIDERS, "");
        joining.computeIfPresent(
                CONFIG_PROVIDERS,
                (key, name) -> Stream.concat(Stream.of(before.split(",")), Stream.of(name))
                        .map(String::strip)
                        .filter(provider -> !provider.isEmpty())
                        .distinct()
                        .collect(Collectors.joining(",")));
        return joining;
    }

    private static boolean ofConsumer(String key) {
        return key.regionMatches(true, 0, CONSUMER, 0, CONSUMER.length());
    }

    private static List<String> consumerNames() {
        return Stream.concat(ConsumerConfig.configNames().stream(), Stream.of("config.providers"))
                .map(name -> CONSUMER + name)
                .toList();
    }
}
