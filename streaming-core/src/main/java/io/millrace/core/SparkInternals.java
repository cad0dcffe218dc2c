package io.millrace.core;

import com.codahale.metrics.MetricRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.sql.catalyst.DataSourceOptions;
import org.apache.spark.sql.catalyst.csv.CSVOptions$;
import org.apache.spark.sql.catalyst.json.JSONOptions$;
import org.apache.spark.sql.execution.datasources.FileIndexOptions$;
import org.apache.spark.sql.execution.datasources.orc.OrcOptions$;
import org.apache.spark.sql.execution.datasources.parquet.ParquetOptions$;
import org.apache.spark.sql.execution.datasources.text.TextOptions$;
import org.apache.spark.sql.execution.streaming.MicroBatchExecution;
import org.apache.spark.sql.execution.streaming.StreamExecution;
import org.apache.spark.sql.execution.streaming.StreamingQueryWrapper;
import org.apache.spark.sql.execution.streaming.TERMINATED$;
import org.apache.spark.sql.streaming.StreamingQuery;
import scala.collection.JavaConverters;

/** All that this module uses of what Spark does not publish. For Spark 3.5. */
final class SparkInternals {
    private static final List<String> FILE_STREAM = List.of(
            "path",
            "maxFilesPerTrigger",
            "maxFileAge",
            "latestFirst",
            "fileNameOnly",
            "cleanSource",
            "sourceArchiveDir",
            "ignoreCorruptFiles");

    private static final long LOOK_EVERY_MILLIS = 20;

    private SparkInternals() {}

    /** Every option of the file source for {@code format}. */
    static List<String> fileOptions(String format) {
        List<String> names = new ArrayList<>(FILE_STREAM);
        names.addAll(names(FileIndexOptions$.MODULE$));
        names.addAll(names(
                switch (format) {
                    case "json" -> JSONOptions$.MODULE$;
                    case "csv" -> CSVOptions$.MODULE$;
                    case "parquet" -> ParquetOptions$.MODULE$;
                    case "orc" -> OrcOptions$.MODULE$;
                    default -> TextOptions$.MODULE$;
                }));
        return names;
    }

    private static List<String> names(DataSourceOptions options) {
        return new ArrayList<>(JavaConverters.setAsJavaSet(options.getAllOptions()));
    }

    /** Whether {@code query} runs micro-batches, so that there is something between two of them. */
    static boolean runsMicroBatches(StreamingQuery query) {
        return execution(query) instanceof MicroBatchExecution;
    }

    /** Whether the caller is the thread that runs the batches of {@code query}. */
    static boolean runsOnCallersThread(StreamingQuery query) {
        return execution(query).queryExecutionThread() == Thread.currentThread();
    }

    /** From here on {@code query} starts no batch; one that runs goes on. Spark's own loop asks this state, and ends. */
    static void startNoMoreBatches(StreamingQuery query) {
        execution(query).state().set(TERMINATED$.MODULE$);
    }

    /**
     * Waits for the end of a query that starts no more batches.
     *
     * @return whether it has ended, all its cleaning up included
     */
    static boolean awaitEnd(StreamingQuery query, Duration patience) throws InterruptedException {
        Thread thread = execution(query).queryExecutionThread();
        long deadline = System.nanoTime() + patience.toNanos();
        while (thread.isAlive() && System.nanoTime() < deadline) {
            if (waitsForTheNextTrigger(thread)) {
                thread.interrupt();
            }
            thread.join(LOOK_EVERY_MILLIS);
        }
        return !thread.isAlive();
    }

    /** Shows {@code metrics} as {@code name} in Spark's metrics system: its UI, its servlets and its sinks. */
    static Source publish(String name, MetricRegistry metrics) {
        Source source = new Source() {
            @Override
            public String sourceName() {
                return name;
            }

            @Override
            public MetricRegistry metricRegistry() {
                return metrics;
            }
        };
        SparkEnv.get().metricsSystem().registerSource(source);
        return source;
    }

    /** Takes back what {@link #publish} showed; nothing is left to do once Spark has stopped. */
    static void withdraw(Source source) {
        SparkEnv environment = SparkEnv.get();
        if (environment != null) {
            environment.metricsSystem().removeSource(source);
        }
    }

    // Only the pause between two triggers is on this method: a thread in it runs no batch, and starts none when woken.
    private static boolean waitsForTheNextTrigger(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("waitTillTime")) {
                return true;
            }
        }
        return false;
    }

    private static StreamExecution execution(StreamingQuery query) {
        return query instanceof StreamingQueryWrapper wrapper ? wrapper.streamingQuery() : (StreamExecution) query;
    }
}
