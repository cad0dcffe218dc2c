package io.millrace.core;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads topics of Kafka: {@code key} and {@code value} binary, {@code topic}, {@code partition}, {@code offset},
 * {@code timestamp}, {@code timestampType}. Starts at the latest records unless told otherwise, and fails where records
 * were deleted before they were read. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Source hits = Sources.kafka("localhost:9092")
 *         .topics("hits")
 *         .startingFrom(Offsets.earliest())
 *         .maxOffsetsPerTrigger(100_000);
 * }</pre>
 */
public final class KafkaSource implements Source {
    private static final Pattern SERVERS = Pattern.compile("[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*");
    private static final Set<String> SELECTIONS = Set.of("subscribe", "subscribePattern", "assign");

    private final Map<String, String> options;

    private KafkaSource(Map<String, String> options) {
        this.options = Collections.unmodifiableMap(options);
    }

    static KafkaSource at(String bootstrapServers) {
        if (!SERVERS.matcher(bootstrapServers).matches()) {
            throw new IllegalArgumentException("kafka(\"" + bootstrapServers
                    + "\"): this is no list of brokers. Write host:port, several separated by commas.");
        }
        return new KafkaSource(Map.of("kafka.bootstrap.servers", bootstrapServers));
    }

    /** The topics to read, in place of any selection made before. */
    public KafkaSource topics(String... topics) {
        if (topics.length == 0 || List.of(topics).stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("topics(" + String.join(", ", topics) + "): name at least one topic.");
        }
        return selecting("subscribe", String.join(",", topics));
    }

    /** Where a query without a checkpoint starts; a checkpoint goes on where it ended. Default latest. */
    public KafkaSource startingFrom(Offsets offsets) {
        Map<String, String> more = new TreeMap<>(options);
        more.keySet().removeIf(key -> key.startsWith("starting"));
        Map.Entry<String, String> option = offsets.option("starting");
        more.put(option.getKey(), option.getValue());
        return new KafkaSource(more);
    }

    /** At most so many records in one micro-batch, over all partitions. Default no limit. */
    public KafkaSource maxOffsetsPerTrigger(long records) {
        if (records <= 0) {
            throw new IllegalArgumentException(
                    "maxOffsetsPerTrigger(" + records + "): a micro-batch needs at least one record.");
        }
        return option("maxOffsetsPerTrigger", Long.toString(records));
    }

    /** Whether the query fails where records that it has not read are gone. Default true; false loses data silently. */
    public KafkaSource failOnDataLoss(boolean fail) {
        return option("failOnDataLoss", Boolean.toString(fail));
    }

    /** An option of Spark's Kafka source, or of the consumer where {@code key} starts with {@code kafka.}. */
    public KafkaSource option(String key, String value) {
        Map<String, String> more = new TreeMap<>(options);
        more.put(key, value);
        return new KafkaSource(more);
    }

    @Override
    public Dataset<Row> load(SparkSession spark) {
        if (options.keySet().stream().noneMatch(SELECTIONS::contains)) {
            throw new ValidationException(
                    "Source " + describe(),
                    List.of(new Problem("topics", "nothing", "no topic is named", "Call topics(\"...\").")));
        }
        return spark.readStream().format("kafka").options(options).load();
    }

    @Override
    public String describe() {
        return "kafka" + options;
    }

    private KafkaSource selecting(String selection, String value) {
        Map<String, String> more = new TreeMap<>(options);
        more.keySet().removeAll(SELECTIONS);
        more.put(selection, value);
        return new KafkaSource(more);
    }
}
