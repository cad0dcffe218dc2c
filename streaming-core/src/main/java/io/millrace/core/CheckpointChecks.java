package io.millrace.core;

import io.millrace.core.internal.CheckpointState;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.RunningQueries;
import io.millrace.core.internal.spark.SparkLine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Checks a query with the queries that run, and with the checkpoint that it continues from. */
final class CheckpointChecks {
    private static final String PARTITIONS = "spark.sql.shuffle.partitions";

    private CheckpointChecks() {}

    static List<Problem> problems(SparkSession spark, PlannedQuery query) {
        List<Problem> problems = new ArrayList<>();
        if (Arrays.stream(spark.streams().active())
                .anyMatch(running -> query.name().equals(running.name()))) {
            problems.add(new Problem(
                    "named",
                    query.name(),
                    "a query of this name is running in this session",
                    "Stop that one, or give this one a name of its own."));
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
                            "the query \"" + running + "\" is running on this checkpoint",
                            "Stop that one, or give this one a checkpoint of its own."));
        } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare.
            return Optional.of(new Problem(
                    "checkpointAt",
                    Options.shown(location),
                    "the checkpoint cannot be read (" + Errors.nameOf(e) + ")",
                    "Check the path, its file system and the permissions on it."));
        }
    }

    // By default Spark stops the query that runs on the checkpoint; that is intended only for the same pipeline.
    private static boolean restarts(SparkSession spark, PlannedQuery query, String running) {
        return running.equals(query.name())
                && "true".equals(spark.conf().get("spark.sql.streaming.stopActiveRunOnRestart"));
    }

    /** Settings of the session that the checkpoint overrides. */
    static List<Problem> overriddenSettings(
            SparkSession spark, PlannedQuery query, String location, CheckpointState state) {
        List<Problem> notes = new ArrayList<>();
        state.settings().forEach((key, value) -> {
            String now = spark.conf().get(key, value);
            if (!now.equals(value) && isKept(key, query)) {
                notes.add(new Problem(
                        key,
                        now,
                        "the checkpoint at " + Options.shown(location) + " was made with " + value + " and keeps it",
                        "Start with a new checkpoint to change it."));
            }
        });
        return notes;
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
