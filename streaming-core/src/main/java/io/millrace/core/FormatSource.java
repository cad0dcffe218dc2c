package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.FileFormatOptions;
import io.millrace.core.internal.Finding;
import io.millrace.core.internal.OptionNames;
import io.millrace.core.internal.kafka.KafkaOptions;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.StructType;

/**
 * Any source that Spark knows by name, with its own columns. Immutable: every call returns a copy.
 *
 * <pre>{@code Sources.format("rate-micro-batch").option("rowsPerBatch", "100")}</pre>
 */
public final class FormatSource extends CheckedSource {
    private static final Map<String, List<String>> OF_SPARK = Map.of(
            "rate", List.of("rowsPerSecond", "rampUpTime", "numPartitions"),
            "rate-micro-batch", List.of("rowsPerBatch", "numPartitions", "startTimestamp", "advanceMillisPerBatch"),
            "socket", List.of("host", "port", "includeTimestamp", "numPartitions"));

    private final ReaderSpec reading;

    FormatSource(ReaderSpec reading) {
        this.reading = reading;
    }

    /** An option of the source. Spark's plans show it, so it must not be a secret. */
    public FormatSource option(String key, String value) {
        notNull("option(key, value)", key, value);
        if (format().equals("kafka")) {
            KafkaSecrets.refusePlainText(key, value);
        }
        return new FormatSource(reading.with(key, value));
    }

    /** As {@link #option(String, String)}. */
    public FormatSource option(String key, boolean value) {
        return option(key, Boolean.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FormatSource option(String key, long value) {
        return option(key, Long.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FormatSource option(String key, double value) {
        return option(key, Double.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FormatSource option(String key, float value) {
        return option(key, Float.toString(value));
    }

    /** As {@link #option(String, String)}, such as a separator. */
    public FormatSource option(String key, char value) {
        return option(key, Character.toString(value));
    }

    /** The columns, for a source that has none of its own. */
    public FormatSource schema(StructType schema) {
        notNull("schema(schema)", schema);
        return new FormatSource(reading.withSchema(schema));
    }

    /** The columns, such as {@code zip STRING, hittime TIMESTAMP}, for a source that has none of its own. */
    public FormatSource schema(String ddl) {
        notNull("schema(ddl)", ddl);
        return schema(StructType.fromDDL(ddl));
    }

    @Override
    ReaderSpec reading() {
        return reading;
    }

    @Override
    List<Problem> problems() {
        Set<String> keys = reading.options().keySet();
        return switch (format()) {
            case "kafka" -> Finding.all(KafkaOptions.problems(keys), Problem::new);
            case "json", "csv", "parquet", "orc", "text" -> unknown(keys, FileFormatOptions.ofReader(format()));
            default ->
                Optional.ofNullable(OF_SPARK.get(format()))
                        .map(known -> unknown(keys, known))
                        .orElse(List.of());
        };
    }

    /** The name by which Spark looks the format up, whose case does not count. */
    private String format() {
        return reading.format().toLowerCase(Locale.ROOT);
    }

    private List<Problem> unknown(Set<String> keys, Collection<String> known) {
        return Finding.all(OptionNames.unknown("the " + format() + " source", keys, known), Problem::new);
    }
}
