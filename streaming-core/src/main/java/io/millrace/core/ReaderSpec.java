package io.millrace.core;

import io.millrace.core.internal.Options;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.types.StructType;

/** The settings of Spark's reader: a format, options and perhaps a schema. Every call returns a copy. */
record ReaderSpec(String format, Options settings, Optional<StructType> schema) {
    static ReaderSpec of(String format) {
        return new ReaderSpec(format, Options.NONE, Optional.empty());
    }

    ReaderSpec with(String key, Object value) {
        return new ReaderSpec(format, settings.with(key, value), schema);
    }

    ReaderSpec with(Map<String, String> more) {
        return new ReaderSpec(format, settings.with(more), schema);
    }

    /** With those of {@code defaults} that are not set. */
    ReaderSpec orElse(Map<String, String> defaults) {
        return new ReaderSpec(format, Options.NONE.with(defaults).with(options()), schema);
    }

    ReaderSpec without(Predicate<String> keys) {
        return new ReaderSpec(format, settings.without(keys), schema);
    }

    /** The same settings for another class of Spark's interface of sources. */
    ReaderSpec withFormat(String name) {
        return new ReaderSpec(name, settings, schema);
    }

    ReaderSpec withSchema(StructType schema) {
        return new ReaderSpec(format, settings, Optional.of(schema));
    }

    NavigableMap<String, String> options() {
        return settings.asMap();
    }

    Dataset<Row> stream(SparkSession spark) {
        DataStreamReader reader = spark.readStream().format(format).options(options());
        return schema.map(reader::schema).orElse(reader).load();
    }

    Dataset<Row> batch(SparkSession spark) {
        return spark.read().format(format).options(options()).load();
    }

    /** {@code kafka(subscribe=hits)}, without secrets; a schema stands after the options. */
    String describe() {
        return format + "(" + settings + ")"
                + schema.map(columns -> ".schema(" + Options.shown(columns.toDDL()) + ")")
                        .orElse("");
    }
}
