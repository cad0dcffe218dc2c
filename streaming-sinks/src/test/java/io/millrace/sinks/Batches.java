package io.millrace.sinks;

import static org.apache.spark.sql.functions.expr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/** Streams whose batches have the same rows each time they run: batch n has the values from 10n to 10n + 9. */
public final class Batches {
    public static final int ROWS = 10;

    private Batches() {}

    public static SparkSession spark() {
        SparkSession spark = TestStreams.session().newSession();
        spark.conf().unset("spark.sql.streaming.checkpointFileManagerClass");
        return spark;
    }

    public static Dataset<Row> stream(int partitions, String... columns) {
        return spark().readStream()
                .format("rate-micro-batch")
                .option("rowsPerBatch", ROWS)
                .option("numPartitions", partitions)
                .load()
                .select(Arrays.stream(columns).map(column -> expr(column)).toArray(Column[]::new));
    }

    /** Runs the next batch, or reruns the last one if Spark has not committed it. */
    public static void batch(DataStreamWriter<Row> writer, Path checkpoint) throws StreamingQueryException {
        try {
            writer.option("checkpointLocation", checkpoint.toString())
                    .trigger(Trigger.AvailableNow())
                    .start()
                    .awaitTermination();
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Deletes Spark's commit of the last batch, as if the driver had ended before it. */
    public static void uncommit(Path checkpoint) throws IOException {
        try (Stream<Path> commits = Files.list(checkpoint.resolve("commits"))) {
            List<Path> batches = commits.filter(
                            path -> path.getFileName().toString().matches("\\d+"))
                    .sorted(Comparator.comparing(
                            path -> Integer.parseInt(path.getFileName().toString())))
                    .toList();
            Path last = batches.get(batches.size() - 1);
            Files.delete(last);
            Files.deleteIfExists(last.resolveSibling("." + last.getFileName() + ".crc"));
        }
    }
}
