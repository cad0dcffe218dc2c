package io.millrace.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.sql.SparkSession;
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

    /** Starts a query. */
    @FunctionalInterface
    interface Job {
        StreamingQuery start(SparkSession spark, Path checkpoint) throws Exception;
    }

    JobTable.Measured measure(long rows, Job job) throws Exception {
        long cpuBefore = cpu.total(spark);
        long start = System.nanoTime();
        batches(job);
        long nanoseconds = System.nanoTime() - start;
        return new JobTable.Measured(rows, nanoseconds, cpu.total(spark) - cpuBefore);
    }

    /** Runs the query; returns how many micro-batches had rows. */
    int batches(Job job) throws Exception {
        StreamingQuery query = job.start(spark, Files.createTempDirectory("job"));
        query.awaitTermination();
        return (int) Arrays.stream(query.recentProgress())
                .mapToLong(StreamingQueryProgress::numInputRows)
                .filter(rows -> rows > 0)
                .count();
    }
}
