package io.millrace.core;

import io.millrace.core.internal.StreamingPlan;
import io.millrace.core.internal.spark.RealTimeMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;

/** Checks a query in real-time mode before the start, of which Spark itself refuses most in the first batch. */
final class RealTimeChecks {
    /** Options of Kafka that bound a micro-batch. Spark refuses all but maxRecordsPerPartition, which it ignores. */
    private static final Set<String> BOUNDS = Set.of(
            "maxOffsetsPerTrigger",
            "minOffsetsPerTrigger",
            "maxTriggerDelay",
            "minPartitions",
            "endingTimestamp",
            "maxRecordsPerPartition");

    private static final String ASYNC_PROGRESS = "asyncProgressTrackingEnabled";
    private static final String MICRO_BATCHES = "Use every(...) for micro-batches, or leave the step out.";

    private RealTimeChecks() {}

    /** What is wrong with the plan, the output mode and the length of a batch. */
    static List<Problem> problems(SparkSession spark, Dataset<Row> rows, PlannedQuery query) {
        List<Problem> problems = new ArrayList<>();
        Duration shortest = RealTimeMode.shortestBatch(spark);
        Duration batch = RealTimeMode.batchOf(query.trigger()).orElseThrow();
        if (batch.compareTo(shortest) < 0) {
            problems.add(new Problem(
                    "realTime",
                    batch.toString(),
                    "a batch of real-time mode lasts " + shortest + " or longer",
                    "Rows arrive at once, however long it is: choose how much is read again after a restart."));
        }
        if (!query.outputMode().equals(OutputMode.Update())) {
            problems.add(new Problem(
                    "outputMode",
                    query.outputMode().toString(),
                    "real-time mode runs in update mode alone",
                    "Use outputMode(update())."));
        }
        RealTimeMode.refusedSources(rows)
                .forEach(source -> problems.add(query.refusedTrigger(
                        "the source " + source + " has no reading in real time",
                        "Read from Kafka, or use every(...).")));
        StreamingPlan.of(rows)
                .optionsOfSource("kafka", BOUNDS)
                .forEach(option -> problems.add(query.refusedTrigger(
                        option + " of the source is for micro-batches", "Leave it out, or use every(...).")));
        if (StreamingPlan.of(rows).readsASourceTwice()) {
            problems.add(query.refusedTrigger(
                    "a source is read twice", "Name the source once for each read, or use every(...)."));
        }
        if (StreamingPlan.of(rows).callsFunction(BoundedWatermark.BY_BATCH)) {
            problems.add(query.refusedTrigger(
                    "aheadAtMost(limit) compares with the start of the batch, and the rows of real-time mode arrive"
                            + " until its end",
                    "Name a column as the clock, such as aheadAtMost(limit, \"timestamp\")."));
        }
        if (query.isStateful()) {
            problems.add(query.refusedTrigger("real-time mode runs no step that keeps state", MICRO_BATCHES));
        } else {
            RealTimeMode.refusedSteps(rows)
                    .forEach(step -> problems.add(
                            query.refusedTrigger("real-time mode does not run Spark's " + step, MICRO_BATCHES)));
        }
        return problems;
    }

    /** What is wrong with the writer, given its format and the options of the pipeline. */
    static List<Problem> problemsOfWriter(
            SparkSession spark, Optional<String> format, PlannedQuery query, Map<String, String> options) {
        List<Problem> problems = new ArrayList<>();
        format.filter(name -> RealTimeMode.refusesSink(spark, name))
                .ifPresent(name -> problems.add(query.refusedTrigger(
                        "the " + name + " sink does not write in real time",
                        "Write to Kafka, foreach or console, or by upsertOn(...) of Sinks.jdbc, or use every(...).")));
        options.entrySet().stream()
                .filter(option -> option.getKey().equalsIgnoreCase(ASYNC_PROGRESS))
                .filter(option -> Boolean.parseBoolean(option.getValue()))
                .forEach(option -> problems.add(query.refusedTrigger(
                        option.getKey() + " is for micro-batches", "Leave the option out, or use every(...).")));
        return problems;
    }

    /** A note if the source has more partitions than Spark runs tasks at a time. */
    static Optional<Problem> noteOnCores(SparkSession spark, Source source, PlannedQuery query) {
        int partitions = source instanceof SourceWithChecks checked ? checked.partitions() : 0;
        int tasks = spark.sparkContext().defaultParallelism();
        return partitions > tasks
                ? Optional.of(query.refusedTrigger(
                        "the topics have " + partitions + " partitions, and Spark runs at most " + tasks
                                + " tasks at a time now: the rows of the other partitions are not read",
                        "Give the query a core for each partition, and none of them to other queries."))
                : Optional.empty();
    }
}
