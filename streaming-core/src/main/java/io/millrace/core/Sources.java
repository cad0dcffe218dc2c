package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.spark.SparkVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The sources of Millrace. Each works alone, with {@code load(spark)}, and as the source of a {@link Pipeline}.
 * Rows that a table has refused are read by {@code database.deadLetters(..)} of the JDBC sinks.
 *
 * <pre>{@code Dataset<Row> hits = Sources.kafka("localhost:9092").topics("hits").load(spark);}</pre>
 */
public final class Sources {
    static {
        SparkVersion.check();
    }

    private Sources() {}

    /**
     * Records of Kafka: {@code key} and {@code value} binary, {@code topic}, {@code partition}, {@code offset},
     * {@code timestamp}, {@code timestampType}.
     *
     * @param bootstrapServers {@code host:port}, several separated by commas
     */
    public static KafkaSource kafka(String bootstrapServers) {
        notNull("kafka(bootstrapServers)", bootstrapServers);
        return KafkaSource.at(bootstrapServers);
    }

    /** Lines from a socket: {@code value}, a string. For testing only. */
    public static SocketSource socket(String host, int port) {
        notNull("socket(host, port)", host, port);
        return SocketSource.at(host, port);
    }

    /** Generated rows: {@code timestamp} and {@code value}, a bigint. */
    public static RateSource rate() {
        return new RateSource(ReaderSpec.of("rate"));
    }

    /** JSON files, a document on each line, that appear in {@code path}; needs a schema. */
    public static FileSource json(String path) {
        return FileSource.in("json", path);
    }

    /** The same with a local directory, whatever the default file system is. */
    public static FileSource json(Path directory) {
        return FileSource.in("json", directory);
    }

    /** CSV files that appear in {@code path}; needs a schema. */
    public static FileSource csv(String path) {
        return FileSource.in("csv", path);
    }

    /** The same with a local directory, whatever the default file system is. */
    public static FileSource csv(Path directory) {
        return FileSource.in("csv", directory);
    }

    /** Parquet files that appear in {@code path}; needs a schema. */
    public static FileSource parquet(String path) {
        return FileSource.in("parquet", path);
    }

    /** The same with a local directory, whatever the default file system is. */
    public static FileSource parquet(Path directory) {
        return FileSource.in("parquet", directory);
    }

    /** ORC files that appear in {@code path}; needs a schema. */
    public static FileSource orc(String path) {
        return FileSource.in("orc", path);
    }

    /** The same with a local directory, whatever the default file system is. */
    public static FileSource orc(Path directory) {
        return FileSource.in("orc", directory);
    }

    /** Text files that appear in {@code path}: {@code value}, a string for each line. */
    public static FileSource text(String path) {
        return FileSource.in("text", path);
    }

    /** The same with a local directory, whatever the default file system is. */
    public static FileSource text(Path directory) {
        return FileSource.in("text", directory);
    }

    /** Any other source that Spark finds under this name. */
    public static FormatSource format(String name) {
        notNull("format(name)", name);
        return new FormatSource(ReaderSpec.of(name));
    }

    /**
     * All rows of several sources with the same columns, as one source; shape a member with {@link Source#via} before.
     * Each member has its own checks, and a problem says which one it is about. The watermark is the lowest of the
     * members. A checkpoint knows the members by their order: add or remove none, and start anew instead.
     */
    public static Source union(Source first, Source second, Source... more) {
        List<Source> members = new ArrayList<>();
        members.add(first);
        members.addAll(Arguments.allRequired("union", "sources", second, more));
        return union(members);
    }

    /** As {@link #union(Source, Source, Source...)}, for at least two. */
    public static Source union(List<? extends Source> sources) {
        return new UnionSource(Arguments.allRequired("union", "sources", sources));
    }

    /**
     * A streaming {@code Dataset} that exists already, for its session alone; a {@link Source} is also any function
     * from a session to rows.
     *
     * @throws IllegalArgumentException if the rows are a batch
     */
    public static Source of(Dataset<Row> rows) {
        notNull("of(rows)", rows);
        if (!rows.isStreaming()) {
            throw new IllegalArgumentException(
                    "Sources.of(rows): these rows are a batch, not a stream. Make them with spark.readStream().");
        }
        return new RowsSource(rows);
    }

    /** A {@code Dataset} as a source. */
    private record RowsSource(Dataset<Row> rows) implements Source {
        @Override
        public Dataset<Row> load(SparkSession spark) {
            return rows;
        }

        @Override
        public String describe() {
            return "rows " + rows.schema().simpleString();
        }

        @Override
        public String toString() {
            return describe();
        }
    }
}
