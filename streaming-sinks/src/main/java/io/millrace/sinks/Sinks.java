package io.millrace.sinks;

import io.millrace.core.Sink;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.JdbcTarget;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;

/**
 * The front door to every sink of Millrace. Each call gives an immutable value, which a {@code Pipeline} takes, or which
 * works alone on a {@code Dataset} of a job of your own.
 *
 * <pre>{@code
 * Sinks.jdbc(database).table("zip_traffic").upsertOn("window_start", "zip")
 * }</pre>
 */
public final class Sinks {
    private Sinks() {}

    /** Prints each micro-batch, 20 rows at most unless told. For looking, not for production. */
    public static ConsoleSink console() {
        return new ConsoleSink(20, true);
    }

    /** The result as a table that is repainted while the stream runs. For looking, not for production. */
    public static DisplaySink display() {
        return DisplaySink.on(Terminal.ofThisProcess());
    }

    /**
     * Records of Kafka, acknowledged by all replicas.
     *
     * @param bootstrapServers {@code host:port}, several separated by commas
     */
    public static KafkaSink kafka(String bootstrapServers) {
        return KafkaSink.at(bootstrapServers);
    }

    /** Parquet files in a directory: append mode, exactly once for Spark's readers. */
    public static FileSink parquet(String path) {
        return FileSink.of("parquet", path);
    }

    /** ORC files in a directory: append mode, exactly once for Spark's readers. */
    public static FileSink orc(String path) {
        return FileSink.of("orc", path);
    }

    /** Files of a JSON document a line in a directory: append mode, exactly once for Spark's readers. */
    public static FileSink json(String path) {
        return FileSink.of("json", path);
    }

    /** CSV files in a directory: append mode, exactly once for Spark's readers. */
    public static FileSink csv(String path) {
        return FileSink.of("csv", path);
    }

    /** Text files in a directory, a line for each value of the only column: append mode, exactly once likewise. */
    public static FileSink text(String path) {
        return FileSink.of("text", path);
    }

    /** All rows in the driver's memory, as a view named as the query. For looking and for tests. */
    public static MemorySink memory() {
        return new MemorySink();
    }

    /**
     * A writer of your own, a copy of it for each task.
     *
     * @throws IllegalArgumentException where the writer cannot be serialized
     */
    public static ForeachSink foreach(ForeachWriter<Row> writer) {
        return ForeachSink.of(writer);
    }

    /** A function of your own, called on the driver with the rows of each micro-batch and its id. */
    public static ForeachBatchSink foreachBatch(VoidFunction2<Dataset<Row>, Long> function) {
        return new ForeachBatchSink(function);
    }

    /** Any format by its name, such as {@code noop}, or that of a connector. */
    public static FormatSink format(String name) {
        return new FormatSink(name, Map.of(), List.of());
    }

    /** Several sinks on one read, more of them through {@code and}; a failure resumes only the unfinished ones. */
    public static SeveralSinks several(String name, Sink sink) {
        return SeveralSinks.of(name, sink);
    }

    /** A table of {@code database}; the guarantee is chosen by the verb that ends the call chain. */
    public static JdbcTarget jdbc(Database database) {
        return JdbcTarget.in(database);
    }
}
