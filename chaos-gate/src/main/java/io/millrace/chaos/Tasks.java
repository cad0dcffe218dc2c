package io.millrace.chaos;

import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.spark.SparkStatusTracker;
import org.apache.spark.sql.SparkSession;

/** Spark's running tasks, which outlive the query that they belong to for a moment. */
final class Tasks {
    private Tasks() {}

    /** Those of one run of a query: Spark puts its jobs into a group of that name. */
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
