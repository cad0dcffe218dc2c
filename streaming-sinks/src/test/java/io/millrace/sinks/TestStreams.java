package io.millrace.sinks;

import io.millrace.core.BareLocalFileSystem;
import io.millrace.core.MemoryInput;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Sink;
import io.millrace.core.internal.spark.CheckpointManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/** The one session of this JVM, streams that a test feeds by hand, and queries that end by themselves. */
public final class TestStreams {
    private TestStreams() {}

    public static SparkSession session() {
        return session("local[2]");
    }

    /** The one session of this JVM, with this master if the session does not exist yet. */
    public static SparkSession session(String master) {
        return SparkSession.builder()
                .master(master)
                .appName("streaming-sinks")
                .config("spark.ui.enabled", "false")
                .config("spark.sql.shuffle.partitions", "1")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.hadoop.fs.file.impl", BareLocalFileSystem.class.getName())
                .config("spark.sql.streaming.checkpointFileManagerClass", CheckpointManager.ON_FILE_SYSTEMS)
                .config("spark.sql.streaming.pollingDelay", "0")
                .config("spark.sql.adaptive.enabled", "false")
                .config("spark.sql.codegen.wholeStage", "false")
                .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
                .getOrCreate();
    }

    static MemoryInput<String> lines() {
        return new MemoryInput<>(session(), Encoders.STRING());
    }

    static void add(MemoryInput<String> stream, String... lines) {
        stream.add(lines);
    }

    /** Lines such as {@code 1,94105} as the columns {@code id}, a bigint, and {@code zip}. */
    static Dataset<Row> hits(MemoryInput<String> lines) {
        return lines.toDF().selectExpr("cast(split(value, ',')[0] as bigint) as id", "split(value, ',')[1] as zip");
    }

    /** A stream without rows, for checks before the start. */
    static Dataset<Row> hits() {
        return hits(lines());
    }

    /** Writes the available rows to {@code sink} by one query on a checkpoint, and ends it. */
    static void run(Sink sink, Dataset<Row> rows, Path checkpoint) throws TimeoutException, StreamingQueryException {
        sink.write(rows)
                .option("checkpointLocation", checkpoint.toString())
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();
    }

    static PlannedQuery planned(Dataset<Row> rows) {
        return new PlannedQuery(
                "hits", Optional.of(rows), OutputMode.Append(), Trigger.ProcessingTime(0), Optional.of("target/none"));
    }

    static PlannedQuery planned(Dataset<Row> rows, OutputMode mode, Trigger trigger) {
        return new PlannedQuery("hits", Optional.of(rows), mode, trigger, Optional.of("target/none"));
    }

    /** Each row as its values joined by a bar, sorted. */
    static List<String> text(Dataset<Row> rows) {
        return rows.collectAsList().stream()
                .map(row -> row.mkString("|"))
                .sorted()
                .toList();
    }

    static List<String> refusals(Sink sink, PlannedQuery query) {
        return sink.check(query).stream().map(Problem::toString).toList();
    }

    static List<String> refusals(Sink sink, Dataset<Row> rows) {
        return refusals(sink, planned(rows));
    }

    /** Deletes the commit of a batch, as if the driver had died after the sink and before Spark's commit. */
    static void forgetCommit(Path checkpoint, long batchId) throws IOException {
        Files.delete(checkpoint.resolve("commits/" + batchId));
        Files.deleteIfExists(checkpoint.resolve("commits/." + batchId + ".crc"));
    }
}
