package io.millrace.sinks;

import io.millrace.core.KafkaSecrets;
import io.millrace.core.KafkaSecurity;
import io.millrace.core.Problem;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.Finding;
import io.millrace.core.internal.OptionNames;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.kafka.KafkaBrokers;
import io.millrace.core.internal.kafka.KafkaOptions;
import io.millrace.core.internal.kafka.QuietClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** The options of Spark's Kafka sink: the topic, and the settings of its producers. */
final class ProducerSettings {
    private static final String PRODUCER = "kafka.";
    private static final String SERVERS = "kafka.bootstrap.servers";

    private static final Options DEFAULTS =
            Options.NONE.with("kafka.acks", "all").with("kafka.enable.idempotence", "true");

    /** Values that nobody has to name: the defaults, and what makes secrets work. */
    private static final Options UNSAID = DEFAULTS.with(KafkaOptions.CONFIG_PROVIDERS, "millrace")
            .with(KafkaOptions.CONFIG_PROVIDERS + ".millrace.class", KafkaSecrets.class.getName());

    /** The options that a description has in words. */
    private static final Set<String> SHOWN = Set.of("topic", SERVERS, "kafka.security.protocol");

    private static final Map<String, String> REFUSED_BY_SPARK = Map.of(
            "kafka.key.serializer", "The key is sent as it is: make it in a transform.",
            "kafka.value.serializer", "The value is sent as it is: make it in a transform.",
            "kafka.transactional.id", "Spark's sink begins no transaction: leave it out.");

    private static final Map<String, Set<String>> PROMISED =
            Map.of("kafka.acks", Set.of("all", "-1"), "kafka.enable.idempotence", Set.of("true"));

    private final Options options;

    private ProducerSettings(Options options) {
        this.options = options;
    }

    static ProducerSettings at(String bootstrapServers) {
        return new ProducerSettings(DEFAULTS.with(SERVERS, bootstrapServers));
    }

    /** Those that {@link #options} returned. */
    static ProducerSettings of(Map<String, String> options) {
        return new ProducerSettings(Options.NONE.with(options));
    }

    ProducerSettings with(String key, String value) {
        return new ProducerSettings(options.with(key, value));
    }

    ProducerSettings without(String key) {
        return new ProducerSettings(options.without(key::equalsIgnoreCase));
    }

    ProducerSettings with(KafkaSecurity security) {
        return new ProducerSettings(options.without(KafkaOptions::isSecurity)).adding(security.options());
    }

    ProducerSettings option(String key, String value) {
        String name = key.toLowerCase(Locale.ROOT);
        if (KafkaOptions.isPassword(name)) {
            throw new IllegalArgumentException(
                    "option(" + key + ", ***): plans and logs show options. Pass it as a Secret, with security(...).");
        }
        if (PROMISED.containsKey(name) && !PROMISED.get(name).contains(value)) {
            throw new IllegalArgumentException("option(" + key + ", " + value
                    + "): records could silently be lost or duplicated, which this sink guarantees against."
                    + " Leave it out.");
        }
        if (REFUSED_BY_SPARK.containsKey(name)) {
            throw new IllegalArgumentException("option(" + key + ", ...): Spark manages this setting of the producer. "
                    + REFUSED_BY_SPARK.get(name));
        }
        return adding(Map.of(key, value));
    }

    Map<String, String> options() {
        return options.asMap();
    }

    Optional<String> topic() {
        return Optional.ofNullable(options().get("topic"));
    }

    /** The problems that are found without the brokers. */
    List<Problem> problems() {
        List<String> ofProducer = options().keySet().stream()
                .filter(key -> key.startsWith(PRODUCER))
                .toList();
        List<String> others = options().keySet().stream()
                .filter(key -> !key.startsWith(PRODUCER))
                .toList();
        List<Finding> misspelt = new ArrayList<>(OptionNames.misspelt("Kafka's producer", ofProducer, producerNames()));
        misspelt.addAll(OptionNames.unknown("the kafka sink", others, Set.of("topic", "includeHeaders")));
        List<Problem> problems = new ArrayList<>(Finding.all(misspelt, Problem::new));
        if (problems.isEmpty()) {
            producerRefusal().ifPresent(problems::add);
        }
        return problems;
    }

    /** What is wrong with brokers or topic; waits for the brokers for {@code patience} at most. */
    Optional<Problem> brokerProblem(Duration patience) {
        return KafkaBrokers.of(options(), patience)
                .refusalToWrite(topic().stream().toList())
                .map(refused -> refused.as(Problem::new));
    }

    /** The smaller one of the producer's two limits. */
    RecordLimit recordLimit() {
        long request = number("kafka.max.request.size");
        long buffer = number("kafka.buffer.memory");
        return request <= buffer
                ? new RecordLimit("kafka.max.request.size", request, Optional.empty())
                : new RecordLimit("kafka.buffer.memory", buffer, Optional.empty());
    }

    /** With the topic's own, as its brokers report it; without if records are compressed, or if no topic is named. */
    RecordLimit recordLimit(Duration patience) {
        return recordLimit().withTopic(isCompressed() ? Optional.empty() : ofTopic(patience));
    }

    /**
     * These, with batches that the topic takes. Of a batch that is too large, Kafka's client makes batches of
     * {@code batch.size}: without end if the topic takes less, and before Kafka 4 its {@code flush}, on which Spark
     * relies, returns meanwhile, as if the records were written.
     */
    ProducerSettings withBatchesFor(RecordLimit limit) {
        return limit.ofTopic()
                .filter(bytes -> bytes < number("kafka.batch.size"))
                .map(bytes -> with("kafka.batch.size", bytes.toString()))
                .orElse(this);
    }

    /** The {@code max.message.bytes} of the topic; empty if the brokers do not report it. */
    Optional<Long> ofTopic(Duration patience) {
        return topic().flatMap(topic -> KafkaBrokers.of(options(), patience).largestMessage(topic));
    }

    private boolean isCompressed() {
        return !options().getOrDefault("kafka.compression.type", "none").equals("none");
    }

    /**
     * Warns of a topic that takes smaller records than the producer; empty if that is unknown or records are
     * compressed.
     */
    Optional<Problem> topicLimit(Duration patience) {
        RecordLimit limit = recordLimit();
        String topic = options().getOrDefault("topic", "");
        return recordLimit(patience)
                .ofTopic()
                .filter(bytes -> bytes < limit.bytes())
                .map(bytes -> new Problem(
                        "topic",
                        topic,
                        "its max.message.bytes is " + bytes + " and " + limit.setting() + " is " + limit.bytes()
                                + ", so that the brokers refuse records in between and the query fails",
                        "Raise max.message.bytes of the topic, or lower the other with option(\"" + limit.setting()
                                + "\", \"" + bytes + "\")."));
    }

    private long number(String key) {
        Object byDefault = ProducerConfig.configDef().defaultValues().get(key.substring(PRODUCER.length()));
        String value = options().getOrDefault(key, String.valueOf(byDefault)).strip();
        // The producer itself refuses what is not a number.
        return value.matches("\\d{1,18}") ? Long.parseLong(value) : Long.MAX_VALUE;
    }

    /** What {@link #toString} leaves out, topic and defaults apart; empty or with a comma before it. */
    String describeOthers() {
        Options others = options.without(key -> SHOWN.contains(key)
                || Objects.equals(options().get(key), UNSAID.asMap().get(key)));
        return others.isEmpty() ? "" : ", options " + others;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ProducerSettings settings && options.equals(settings.options);
    }

    @Override
    public int hashCode() {
        return options.hashCode();
    }

    /** The brokers and the protocol. */
    @Override
    public String toString() {
        String protocol = options().get("kafka.security.protocol");
        return options().get(SERVERS) + (protocol == null ? "" : " by " + protocol);
    }

    private Optional<Problem> producerRefusal() {
        Map<String, Object> properties = new HashMap<>(producerProperties());
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        try {
            QuietClients.during(() -> new ProducerConfig(properties));
            return Optional.empty();
        } catch (ConfigException refused) {
            return Optional.of(new Problem(
                    "option",
                    toString(),
                    "Kafka's producer refuses its settings: " + Errors.clause(refused.getMessage()),
                    "Change the option that it names."));
        } catch (IllegalStateException notFound) {
            return Optional.of(new Problem(
                    "security",
                    toString(),
                    Errors.clause(notFound.getMessage()),
                    "Make the secret known to this process."));
        }
    }

    /** The settings of the producer under its own names. */
    Map<String, String> producerProperties() {
        Map<String, String> properties = new HashMap<>();
        options().forEach((key, value) -> {
            if (key.startsWith(PRODUCER)) {
                properties.put(key.substring(PRODUCER.length()), value);
            }
        });
        return properties;
    }

    private ProducerSettings adding(Map<String, String> more) {
        return new ProducerSettings(options.with(KafkaOptions.joiningProviders(options(), more)));
    }

    private static List<String> producerNames() {
        return ProducerConfig.configNames().stream()
                .map(name -> PRODUCER + name)
                .toList();
    }
}
