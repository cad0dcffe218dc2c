package io.millrace.core;

import io.millrace.core.internal.Options;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Checks the pipelines of a supervisor with each other. */
final class SupervisorChecks {
    private SupervisorChecks() {}

    /** Names and checkpoints that two pipelines share. */
    static List<Problem> clashes(List<Pipeline> pipelines) {
        List<Problem> problems = new ArrayList<>();
        Map<String, String> names = new HashMap<>();
        Map<String, String> checkpoints = new HashMap<>();
        for (Pipeline pipeline : pipelines) {
            String name = pipeline.spec().name();
            if (names.put(name, name) != null) {
                problems.add(new Problem(
                        "named", name, "two of the pipelines have this name", "Give each a name of its own."));
            }
            pipeline.spec().checkpoint().ifPresent(location -> {
                String other = checkpoints.putIfAbsent(path(location), name);
                if (other != null) {
                    problems.add(new Problem(
                            "checkpointAt",
                            Options.shown(location),
                            "\"" + other + "\" and \"" + name + "\" have the same checkpoint",
                            "Give each a checkpoint of its own."));
                }
            });
        }
        return problems;
    }

    static List<Problem> withoutCheckpoint(List<Pipeline> pipelines, SparkSession spark) {
        return pipelines.stream()
                .map(Pipeline::spec)
                .filter(spec -> spec.checkpoint()
                        .or(() -> PlannedQuery.defaultCheckpoint(spark, spec.name()))
                        .isEmpty())
                .map(spec -> new Problem(
                        "checkpointAt",
                        "nothing",
                        "a restart of \"" + spec.name() + "\" without a checkpoint would lose rows or repeat them",
                        "Call checkpointAt(...) with a path of its own for this query."))
                .toList();
    }

    /** Without a slash at the end, and the same with and without the scheme of local files. */
    private static String path(String location) {
        String path = new Path(location).toString();
        return path.startsWith("file:") ? path.substring("file:".length()) : path;
    }
}
