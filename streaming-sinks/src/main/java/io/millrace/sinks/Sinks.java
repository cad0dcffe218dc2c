package io.millrace.sinks;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.Sink;
import io.millrace.core.Transform;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.spark.SparkVersion;
import io.millrace.core.internal.spark.SupportedSpark;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.JdbcTarget;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;

/**
 * The sinks of Millrace. Each call returns an immutable value, for a {@code Pipeline} or for a {@code Dataset} of a job
 * of your own.
 *
 * <pre>{@code
 * Sinks.jdbc(database).table("zip_traffic").upsertOn("window_start", "zip")
 * }</pre>
 */
public final class Sinks {
    static {
        SparkVersion.check(SupportedSpark.SUFFIX);
    }

    private Sinks() {}

    /** Prints each micro-batch, by default 20 rows at most. For interactive use, not for production. */
    public static ConsoleSink console() {
        return new ConsoleSink(20, true);
    }

    /** Shows the result as a table that is repainted while the stream runs. For interactive use, not for production. */
    public static DisplaySink display() {
        return DisplaySink.on(Terminal.ofThisProcess());
    }

    /**
     * Writes records to Kafka, acknowledged by all replicas.
     *
     * @param bootstrapServers {@code host:port}, several separated by commas
     */
    public static KafkaSink kafka(String bootstrapServers) {
        notNull("kafka(bootstrapServers)", bootstrapServers);
        return KafkaSink.at(bootstrapServers);
    }

    /** Parquet files in a directory: append mode, exactly once for Spark's readers. */
    public static FileSink parquet(String path) {
        return FileSink.of("parquet", path);
    }

    /** The same with a local directory, whatever the default file system is. */
    public static FileSink parquet(Path directory) {
        return FileSink.of("parquet", directory);
    }

    /** ORC files in a directory: append mode, exactly once for Spark's readers. */
    public static FileSink orc(String path) {
        return FileSink.of("orc", path);
    }

    /** The same with a local directory, whatever the default file system is. */
    public static FileSink orc(Path directory) {
        return FileSink.of("orc", directory);
    }

    /** Files of a JSON document a line in a directory: append mode, exactly once for Spark's readers. */
    public static FileSink json(String path) {
        return FileSink.of("json", path);
    }

    /** The same with a local directory, whatever the default file system is. */
    public static FileSink json(Path directory) {
        return FileSink.of("json", directory);
    }

    /** CSV files in a directory: append mode, exactly once for Spark's readers. */
    public static FileSink csv(String path) {
        return FileSink.of("csv", path);
    }

    /** The same with a local directory, whatever the default file system is. */
    public static FileSink csv(Path directory) {
        return FileSink.of("csv", directory);
    }

    /**
     * Text files in a directory, a line for each value of the only column: append mode, exactly once for Spark's
     * readers.
     */
    public static FileSink text(String path) {
        return FileSink.of("text", path);
    }

    /** The same with a local directory, whatever the default file system is. */
    public static FileSink text(Path directory) {
        return FileSink.of("text", directory);
    }

    /** Keeps all rows in the driver's memory, as a view with the name of the query. For interactive use and tests. */
    public static MemorySink memory() {
        return new MemorySink();
    }

    /**
     * A writer of your own; each task gets a copy.
     *
     * @throws IllegalArgumentException if the writer cannot be serialized
     */
    public static ForeachSink foreach(ForeachWriter<Row> writer) {
        notNull("foreach(writer)", writer);
        return ForeachSink.of(writer);
    }

    /** A function of your own, called on the driver with the rows of each micro-batch and its id. */
    public static ForeachBatchSink foreachBatch(VoidFunction2<Dataset<Row>, Long> function) {
        notNull("foreachBatch(function)", function);
        return new ForeachBatchSink(function);
    }

    /** Any format by its name, such as {@code noop} or that of a connector. */
    public static FormatSink format(String name) {
        notNull("format(name)", name);
        return new FormatSink(name, Options.NONE, List.of());
    }

    /**
     * Branches on one read, of which this is the first; add more by {@code and}. Each gets the rows of a batch after
     * {@code steps} of its own, which keep no state.
     */
    public static SeveralSinks several(String name, Transform steps, Sink sink) {
        notNull("several(name, steps, sink)", name, steps, sink);
        return SeveralSinks.of(name, steps, sink);
    }

    /**
     * Several sinks on one read; add more by {@code and}. After a failure only the unfinished ones get the batch again.
     */
    public static SeveralSinks several(String name, Sink sink) {
        notNull("several(name, sink)", name, sink);
        return SeveralSinks.of(name, sink);
    }

    /** A table of {@code database}; the last call of the chain chooses the guarantee. */
    public static JdbcTarget jdbc(Database database) {
        notNull("jdbc(database)", database);
        return JdbcTarget.in(database);
    }
}
