package io.millrace.core;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.types.StructType;

/** The settings of Spark's reader: a format, options and perhaps a schema. Every call returns a copy. */
record ReaderSpec(String format, NavigableMap<String, String> options, Optional<StructType> schema) {
    private static final Pattern SECRET_KEY =
            Pattern.compile("(?i).*(secret|passw|pwd|credential|token|access.?key|jaas).*");
    private static final Pattern USER_INFO = Pattern.compile("//[^/@\\s]+@");

    ReaderSpec {
        options = Collections.unmodifiableNavigableMap(options);
    }

    static ReaderSpec of(String format) {
        return new ReaderSpec(format, new TreeMap<>(String.CASE_INSENSITIVE_ORDER), Optional.empty());
    }

    ReaderSpec with(String key, Object value) {
        return with(Map.of(key, value.toString()));
    }

    ReaderSpec with(Map<String, String> more) {
        NavigableMap<String, String> all = new TreeMap<>(options);
        // A key that differs in case alone is the same to Spark: the last one counts, and shows as it was written.
        more.keySet().forEach(all::remove);
        all.putAll(more);
        return new ReaderSpec(format, all, schema);
    }

    ReaderSpec without(Predicate<String> keys) {
        NavigableMap<String, String> rest = new TreeMap<>(options);
        rest.keySet().removeIf(keys);
        return new ReaderSpec(format, rest, schema);
    }

    ReaderSpec withSchema(StructType schema) {
        return new ReaderSpec(format, options, Optional.of(schema));
    }

    Dataset<Row> stream(SparkSession spark) {
        DataStreamReader reader = spark.readStream().format(format).options(options);
        return schema.map(reader::schema).orElse(reader).load();
    }

    Dataset<Row> batch(SparkSession spark) {
        return spark.read().format(format).options(options).load();
    }

    /** {@code kafka(subscribe=hits)}, without secrets. */
    String describe() {
        return options.entrySet().stream().map(ReaderSpec::shown).collect(Collectors.joining(", ", format + "(", ")"));
    }

    private static String shown(Map.Entry<String, String> option) {
        boolean secret = SECRET_KEY.matcher(option.getKey()).matches() || KafkaSecrets.isPlaceholder(option.getValue());
        String value = secret ? "***" : USER_INFO.matcher(option.getValue()).replaceAll("//***@");
        return option.getKey() + "=" + value;
    }
}
