package io.millrace.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StateOperatorProgress;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/** Runs a query that ends by itself, on a checkpoint of its own, and measures it from its start to its end. */
final class JobRun {
    private final SparkSession spark;
    private final TaskCpu cpu = new TaskCpu();

    JobRun(SparkSession spark) {
        this.spark = spark;
        spark.sparkContext().addSparkListener(cpu);
    }

    SparkSession session() {
        return spark;
    }

    /** Starts a query. */
    @FunctionalInterface
    interface Job {
        StreamingQuery start(SparkSession spark, Path checkpoint) throws Exception;
    }

    JobTable.Measured measure(long rows, Job job) throws Exception {
        long cpuBefore = cpu.total(spark);
        long start = System.nanoTime();
        StreamingQuery query = ended(job);
        long nanoseconds = System.nanoTime() - start;
        return new JobTable.Measured(rows, nanoseconds, cpu.total(spark) - cpuBefore, stateBytes(query));
    }

    /** Runs the query; returns how many micro-batches had rows. */
    int batches(Job job) throws Exception {
        return (int) Arrays.stream(ended(job).recentProgress())
                .mapToLong(StreamingQueryProgress::numInputRows)
                .filter(rows -> rows > 0)
                .count();
    }

    private StreamingQuery ended(Job job) throws Exception {
        StreamingQuery query = job.start(spark, Files.createTempDirectory("job"));
        query.awaitTermination();
        return query;
    }

    /** Returns the most memory that Spark has reported for the state of a query; zero without state. */
    private static long stateBytes(StreamingQuery query) {
        return Arrays.stream(query.recentProgress())
                .flatMap(progress -> Arrays.stream(progress.stateOperators()))
                .mapToLong(StateOperatorProgress::memoryUsedBytes)
                .max()
                .orElse(0);
    }
}
