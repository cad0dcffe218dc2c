package io.millrace.core;

import io.millrace.core.internal.CheckpointState;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.FailureKind;
import io.millrace.core.internal.Failures;
import io.millrace.core.internal.Finding;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.QueryLog;
import io.millrace.core.internal.RunningQueries;
import io.millrace.core.internal.StatePartitions;
import io.millrace.core.internal.guard.CheckpointGuard;
import io.millrace.core.internal.guard.GuardedQuery;
import io.millrace.core.internal.spark.SparkLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.SparkSession;

/** Checks a query with the queries that run, and with the checkpoint that it continues from. */
final class CheckpointChecks {
    static final String UNREADABLE = "the checkpoint cannot be read";

    private static final String PARTITIONS = StatePartitions.SETTING;

    /** Tasks of each step for each core, above which most of the time of a small batch goes into starting them. */
    private static final int MOST_TASKS_PER_CORE = 4;

    private static final String RUNNING_IN_SESSION = "a query of this name is running in this session";
    private static final String RUNNING_ON_CHECKPOINT = "is running on this checkpoint";

    private CheckpointChecks() {}

    /** Whether the problem is a query that runs, which a rehearsal leaves alone. */
    static boolean isOfRunningQuery(Problem problem) {
        return problem.reason().equals(RUNNING_IN_SESSION) || problem.reason().endsWith(RUNNING_ON_CHECKPOINT);
    }

    static List<Problem> problems(SparkSession spark, PlannedQuery query) {
        List<Problem> problems = new ArrayList<>();
        if (Arrays.stream(spark.streams().active())
                .anyMatch(running -> query.name().equals(running.name()))) {
            problems.add(new Problem(
                    "named", query.name(), RUNNING_IN_SESSION, "Stop that one, or give this one a name of its own."));
        }
        query.checkpointLocation()
                .flatMap(location -> checkpointProblem(spark, query, location))
                .ifPresent(problems::add);
        return problems;
    }

    private static Optional<Problem> checkpointProblem(SparkSession spark, PlannedQuery query, String location) {
        try {
            // Read here as by the start, so that a checkpoint out of reach is a problem.
            CheckpointState.of(spark, location);
            return RunningQueries.nameOn(spark, location)
                    .filter(running -> !restarts(spark, query, running))
                    .map(running -> new Problem(
                            "checkpointAt",
                            Options.shown(location),
                            "the query \"" + running + "\" " + RUNNING_ON_CHECKPOINT,
                            "Stop that one, or give this one a checkpoint of its own."));
        } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare.
            return Optional.of(outOfReach(location, UNREADABLE, e));
        }
    }

    /** A checkpoint that cannot be used for this {@code reason}. */
    static Problem outOfReach(String location, String reason, Exception error) {
        return new Problem(
                "checkpointAt",
                Options.shown(location),
                reason + " (" + Errors.nameOf(error) + ")",
                "Check the path, its file system and the permissions on it.",
                Failures.kind(error).chance() == FailureKind.Chance.TRANSIENT);
    }

    /** The comparison of the code with the one that has made the checkpoint; empty without a checkpoint. */
    static Optional<CheckpointGuard> guard(SparkSession spark, PlannedQuery query, PipelineSpec spec) {
        return query.checkpointLocation()
                .flatMap(location -> query.rows()
                        .flatMap(rows -> CheckpointGuard.of(
                                spark,
                                location,
                                new GuardedQuery(
                                        rows,
                                        query.outputMode().toString(),
                                        query.isContinuous() ? "continuous" : "micro-batch",
                                        spec.sink().map(Sink::targets).orElse(List.of()),
                                        spec.allowsOldState()))));
    }

    /** What {@code guard} says about a query that may start. */
    static List<Problem> notes(CheckpointGuard guard, boolean allowsOldState) {
        List<Problem> notes = new ArrayList<>(Finding.all(guard.wrong(), Problem::new));
        notes.addAll(Finding.all(guard.notes(), Problem::new));
        if (allowsOldState && !guard.mixesState()) {
            notes.add(new Problem(
                    "allowOldState",
                    "",
                    "no state in the checkpoint is of other code",
                    "Leave it out, so that the next change is refused."));
        }
        return notes;
    }

    // By default Spark stops the query that runs on the checkpoint; that is intended only for the same pipeline.
    private static boolean restarts(SparkSession spark, PlannedQuery query, String running) {
        return running.equals(query.name())
                && "true".equals(spark.conf().get("spark.sql.streaming.stopActiveRunOnRestart"));
    }

    /** Settings of the session that the checkpoint overrides. */
    static List<Problem> overriddenSettings(
            SparkSession spark,
            PlannedQuery query,
            OptionalInt statePartitions,
            String location,
            CheckpointState state) {
        List<Problem> notes = new ArrayList<>();
        state.settings().forEach((key, value) -> {
            boolean isOfPipeline = key.equals(PARTITIONS) && statePartitions.isPresent();
            String now = isOfPipeline
                    ? Integer.toString(statePartitions.getAsInt())
                    : spark.conf().get(key, value);
            if (!now.equals(value) && isKept(key, query)) {
                notes.add(new Problem(
                        isOfPipeline ? "statePartitions" : key,
                        now,
                        "the checkpoint at " + Options.shown(location) + " was made with " + value + " and keeps it",
                        "Start with a new checkpoint to change it."));
            }
        });
        return notes;
    }

    /** What a new checkpoint is about to keep for its life. */
    static Optional<Problem> noteOnPartitions(SparkSession spark, PlannedQuery query, OptionalInt statePartitions) {
        if (statePartitions.isPresent()) {
            return query.rows().isEmpty() || query.isStateful()
                    ? Optional.empty()
                    : Optional.of(new Problem(
                            "statePartitions",
                            Integer.toString(statePartitions.getAsInt()),
                            "no step of the pipeline keeps state",
                            "Leave it out."));
        }
        int partitions = Integer.parseInt(spark.conf().get(PARTITIONS));
        int cores = spark.sparkContext().defaultParallelism();
        boolean isChosen = spark.conf().getAll().contains(PARTITIONS);
        return isChosen || !query.isStateful() || partitions <= MOST_TASKS_PER_CORE * cores
                ? Optional.empty()
                : Optional.of(new Problem(
                        "statePartitions",
                        "",
                        "a new checkpoint keeps Spark's default of " + partitions + " state partitions for its life, so"
                                + " that each stateful step of each micro-batch runs " + partitions
                                + " tasks and writes as many files, here on " + QueryLog.count(cores, "core"),
                        "Call statePartitions(n), with 1 to 3 for each core of the executors at the peak."));
    }

    private static boolean isKept(String key, PlannedQuery query) {
        return !SparkLine.KEEPS_PARTITIONS_FOR_STATE_ALONE || !key.equals(PARTITIONS) || query.isStateful();
    }

    /** The start offsets of the source, which the checkpoint overrides at every restart. */
    static List<Problem> overriddenStarts(Optional<Source> source, String location, CheckpointState state) {
        return starts(source).stream()
                .map(start -> new Problem(
                        "startingFrom",
                        start,
                        "the checkpoint at " + Options.shown(location) + " continues after its batch " + state.batch()
                                + " and overrides it",
                        "Start with a new checkpoint to read from there."))
                .toList();
    }

    static List<String> starts(Optional<Source> source) {
        return source.filter(SourceWithChecks.class::isInstance)
                .map(checked -> ((SourceWithChecks) checked).starts())
                .orElse(List.of());
    }
}
