package io.millrace.benchmarks;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Adds up the CPU time of Spark's tasks, as Spark itself reports it: planning and garbage collection are left out. */
final class TaskCpu extends SparkListener {
    private final AtomicLong nanoseconds = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
        nanoseconds.addAndGet(end.taskMetrics().executorCpuTime());
    }

    /** The CPU time in nanoseconds that computing {@code rows} to the last column takes. */
    long of(Dataset<Row> rows) throws TimeoutException {
        long before = settled(rows);
        rows.write().format("noop").mode("overwrite").save();
        return settled(rows) - before;
    }

    private long settled(Dataset<Row> rows) throws TimeoutException {
        rows.sparkSession().sparkContext().listenerBus().waitUntilEmpty(TimeUnit.MINUTES.toMillis(1));
        return nanoseconds.get();
    }
}
