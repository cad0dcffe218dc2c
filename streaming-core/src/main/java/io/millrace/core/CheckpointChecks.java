package io.millrace.core;

import io.millrace.core.internal.Errors;
import io.millrace.core.internal.SparkInternals;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** Checks a pipeline with the checkpoint that it continues from. */
final class CheckpointChecks {
    private CheckpointChecks() {}

    static List<Problem> problems(SparkSession spark, PipelineSpec spec) {
        List<Problem> problems = new ArrayList<>();
        if (Arrays.stream(spark.streams().active())
                .anyMatch(query -> spec.name().equals(query.name()))) {
            problems.add(new Problem(
                    "named",
                    spec.name(),
                    "a query of this name is running in this session",
                    "Stop that one, or give this one a name of its own."));
        }
        spec.checkpoint(spark)
                .flatMap(location -> checkpointProblem(spark, spec, location))
                .ifPresent(problems::add);
        return problems;
    }

    private static Optional<Problem> checkpointProblem(SparkSession spark, PipelineSpec spec, String location) {
        try {
            SparkInternals.resumed(spark, location);
            return SparkInternals.runningOn(spark, location)
                    .filter(query -> !restarts(spark, spec, query))
                    .map(query -> new Problem(
                            "checkpointAt",
                            location,
                            "the query \"" + query + "\" is running on this checkpoint",
                            "Stop that one, or give this one a checkpoint of its own."));
        } catch (Exception e) { // Spark throws checked exceptions that its methods do not declare.
            return Optional.of(new Problem(
                    "checkpointAt",
                    location,
                    "the checkpoint cannot be read (" + Errors.nameOf(e) + ")",
                    "Check the path, its file system and the permissions on it."));
        }
    }

    // By default Spark stops the query that runs on the checkpoint; that is intended only for the same pipeline.
    private static boolean restarts(SparkSession spark, PipelineSpec spec, String query) {
        return query.equals(spec.name())
                && "true".equals(spark.conf().get("spark.sql.streaming.stopActiveRunOnRestart"));
    }

    /** Warnings about settings of the pipeline that the checkpoint overrides. */
    static List<Problem> notes(SparkSession spark, PipelineSpec spec) {
        return spec.checkpoint(spark)
                .map(location -> SparkInternals.resumed(spark, location)
                        .map(resumed -> notes(spark, spec, location, resumed))
                        .orElse(List.of()))
                .orElseGet(() -> List.of());
    }

    private static List<Problem> notes(
            SparkSession spark, PipelineSpec spec, String location, SparkInternals.Resumed resumed) {
        List<Problem> notes = new ArrayList<>();
        start(spec)
                .ifPresent(start -> notes.add(new Problem(
                        "startingFrom",
                        start,
                        "the checkpoint at " + location + " continues after its batch " + resumed.batch()
                                + " and overrides it",
                        "Start with a new checkpoint to read from there.")));
        resumed.settings().forEach((key, value) -> {
            String now = spark.conf().get(key, value);
            if (!now.equals(value)) {
                notes.add(new Problem(
                        key,
                        now,
                        "the checkpoint at " + location + " was made with " + value + " and keeps it",
                        "Start with a new checkpoint to change it."));
            }
        });
        return notes;
    }

    private static Optional<String> start(PipelineSpec spec) {
        return spec.source()
                .filter(CheckedSource.class::isInstance)
                .flatMap(source -> ((CheckedSource) source)
                        .reading().options().entrySet().stream()
                                .filter(option -> option.getKey().startsWith("starting"))
                                .filter(option -> !option.getKey().endsWith("Strategy"))
                                .map(option -> option.getValue())
                                .findFirst());
    }
}
