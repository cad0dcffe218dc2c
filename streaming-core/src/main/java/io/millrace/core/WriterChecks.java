package io.millrace.core;

import io.millrace.core.internal.Finding;
import io.millrace.core.internal.OptionNames;
import io.millrace.core.internal.SparkFormats;
import io.millrace.core.internal.SparkInternals;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;

/** Checks output mode, trigger, checkpoint and options against the format that a sink has set on Spark's writer. */
final class WriterChecks {
    private WriterChecks() {}

    static List<Problem> problems(SparkSession spark, Optional<DataStreamWriter<Row>> writer, PipelineSpec spec) {
        List<Problem> problems = new ArrayList<>();
        Optional<String> format = writer.flatMap(SparkInternals::format).map(name -> name.toLowerCase(Locale.ROOT));
        format.ifPresent(name -> {
            outputMode(name, spec, problems);
            trigger(name, spec, problems);
            checkpoint(name, spark, spec, problems);
            retention(name, spec, problems);
        });
        Set<String> keys = new TreeSet<>(spec.options().keySet());
        writer.ifPresent(known -> keys.addAll(SparkInternals.options(known)));
        problems.addAll(Finding.all(
                OptionNames.misspelt("Spark", keys, SparkFormats.options(format.orElse(""))), Problem::new));
        return problems;
    }

    private static void outputMode(String format, PipelineSpec spec, List<Problem> problems) {
        if (SparkFormats.isFiles(format) && !spec.outputMode().equals(OutputMode.Append())) {
            problems.add(new Problem(
                    "outputMode",
                    spec.outputMode().toString(),
                    "files of " + format + " can only be added, never changed",
                    "Use outputMode(append()), or a sink that takes changes, such as a database."));
        }
    }

    private static void trigger(String format, PipelineSpec spec, List<Problem> problems) {
        if (SparkInternals.isContinuous(spec.trigger()) && SparkFormats.isMicroBatchOnly(format)) {
            problems.add(spec.refusedTrigger(
                    "the " + format + " sink writes micro-batches only",
                    "Use every(...), or one of the sinks that Spark runs continuously: "
                            + String.join(", ", SparkFormats.continuous()) + "."));
        }
    }

    private static void checkpoint(String format, SparkSession spark, PipelineSpec spec, List<Problem> problems) {
        if (!SparkFormats.runsWithoutCheckpoint(format)
                && spec.checkpoint(spark).isEmpty()) {
            problems.add(new Problem(
                    "checkpointAt",
                    "nothing",
                    "the " + format + " sink needs a checkpoint",
                    "Call checkpointAt(...) with a path that outlives the driver."));
        }
    }

    private static void retention(String format, PipelineSpec spec, List<Problem> problems) {
        String age = spec.options().get("retention");
        if (SparkFormats.isFiles(format) && age != null) {
            SparkFormats.retention("retention", age)
                    .map(refused -> refused.as(Problem::new))
                    .ifPresent(problems::add);
        }
    }
}
