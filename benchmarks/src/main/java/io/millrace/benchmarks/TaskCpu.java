package io.millrace.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Adds up the CPU time of tasks that Spark reports; excludes planning and garbage collection. */
final class TaskCpu extends SparkListener {
    private final AtomicLong nanoseconds = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        nanoseconds.addAndGet(end.taskMetrics().executorCpuTime());
    }

    /** Returns the CPU time in nanoseconds to compute all columns of {@code rows}. */
    long of(Dataset<Row> rows) throws TimeoutException {
        long before = total(rows.sparkSession());
        rows.write().format("noop").mode("overwrite").save();
        return total(rows.sparkSession()) - before;
    }

    /** Returns the CPU time in nanoseconds of all tasks that have ended. */
    long total(SparkSession spark) throws TimeoutException {
        spark.sparkContext().listenerBus().waitUntilEmpty(TimeUnit.MINUTES.toMillis(1));
        return nanoseconds.get();
    }
}
