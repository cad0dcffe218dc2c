package io.millrace.chaos;

import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.sql.SparkSession;

/** Counts running Spark tasks, which may outlive their query for a moment. */
final class RunningTasks {
    private RunningTasks() {}

    /** Counts the running tasks of one run of a query: Spark uses its run ID as the job group. */
    static int running(SparkSession spark, UUID run) {
        SparkStatusTracker tracker = spark.sparkContext().statusTracker();
        return IntStream.of(tracker.getJobIdsForGroup(run.toString()))
                .flatMap(job -> stages(tracker, job))
                .map(stage -> active(tracker, stage))
                .sum();
    }

    private static IntStream stages(SparkStatusTracker tracker, int job) {
        return tracker.getJobInfo(job).isDefined()
                ? IntStream.of(tracker.getJobInfo(job).get().stageIds())
                : IntStream.empty();
    }

    private static int active(SparkStatusTracker tracker, int stage) {
        return tracker.getStageInfo(stage).isDefined()
                ? tracker.getStageInfo(stage).get().numActiveTasks()
                : 0;
    }
}
