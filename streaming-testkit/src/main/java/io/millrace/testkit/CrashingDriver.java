package io.millrace.testkit;

import java.util.Arrays;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/** A driver that is stopped as soon as its target has failed, so that its sink cannot recover. */
final class CrashingDriver {
    private static final String STOP_TIMEOUT = "spark.sql.streaming.stopTimeout";
    private static final int LOOK_EACH_MILLIS = 2;
    private static final int LONGEST_TASK_MILLIS = 5_000;

    private CrashingDriver() {}

    static void run(SparkSession spark, WriterQuery.Start start, Checkpoint checkpoint, TargetFaults faults) {
        spark.conf().set(STOP_TIMEOUT, "10s");
        try {
            StreamingQuery query = start.on(checkpoint.location());
            try {
                boolean hasEnded = false;
                while (!hasEnded && !faults.hasStruck()) {
                    hasEnded = query.awaitTermination(LOOK_EACH_MILLIS);
                }
            } finally {
                query.stop();
            }
        } catch (InterruptedException e) {
            throw Causes.interrupted(e);
        } catch (Exception e) {
            // It has failed, at the start or later, or does not stop: it can write nothing more in each case.
        }
        awaitTasks(spark);
    }

    /** A killed task may still run, and would find the connection restored. */
    private static void awaitTasks(SparkSession spark) {
        long end = System.nanoTime() + LONGEST_TASK_MILLIS * 1_000_000L;
        while (runningTasks(spark) > 0 && System.nanoTime() < end) {
            try {
                Thread.sleep(LOOK_EACH_MILLIS);
            } catch (InterruptedException e) {
                throw Causes.interrupted(e);
            }
        }
    }

    private static int runningTasks(SparkSession spark) {
        return Arrays.stream(spark.sparkContext().statusTracker().getExecutorInfos())
                .mapToInt(SparkExecutorInfo::numRunningTasks)
                .sum();
    }
}
