package io.millrace.core;

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

/** Whether the sink's format takes the output mode, the trigger, the checkpoint and the options, as Spark 3.5 has it. */
final class WriterChecks {
    private static final Set<String> FILES = Set.of("parquet", "orc", "json", "csv", "text", "avro");
    private static final Set<String> CONTINUOUS = Set.of("console", "noop", "memory", "foreach", "kafka");
    private static final Set<String> OWN_CHECKPOINT = Set.of("console", "noop", "memory", "foreach", "foreachbatch");
    private static final Set<String> OF_EVERY_QUERY = Set.of(
            "checkpointLocation",
            "path",
            "asyncProgressTrackingEnabled",
            "asyncProgressTrackingCheckpointIntervalMs",
            "asyncProgressTrackingOverrideSinkSupportCheck",
            "numRows",
            "truncate",
            "topic",
            "includeHeaders",
            "compression",
            "retention",
            "maxRecordsPerFile",
            "kafka.bootstrap.servers");

    private static final int LONG_NAME = 10;

    private WriterChecks() {}

    static List<Problem> problems(SparkSession spark, Optional<DataStreamWriter<Row>> writer, PipelineSpec parts) {
        List<Problem> problems = new ArrayList<>();
        Optional<String> format = writer.flatMap(SparkInternals::format).map(name -> name.toLowerCase(Locale.ROOT));
        format.ifPresent(name -> {
            outputMode(name, parts, problems);
            trigger(name, parts, problems);
            checkpoint(name, spark, parts, problems);
            retention(name, parts, problems);
        });
        Set<String> keys = new TreeSet<>(parts.options().keySet());
        writer.ifPresent(known -> keys.addAll(SparkInternals.options(known)));
        problems.addAll(OptionNames.misspelt("Spark", keys, known(format.orElse(""))));
        return problems;
    }

    private static void outputMode(String format, PipelineSpec parts, List<Problem> problems) {
        if (FILES.contains(format) && !parts.outputMode().equals(OutputMode.Append())) {
            problems.add(new Problem(
                    "outputMode",
                    parts.outputMode().toString(),
                    "files of " + format + " can only be added, never changed",
                    "Use outputMode(append()), or a sink that takes changes, such as a database."));
        }
    }

    private static void trigger(String format, PipelineSpec parts, List<Problem> problems) {
        boolean microBatchOnly = FILES.contains(format) || format.equals("foreachbatch");
        if (SparkInternals.isContinuous(parts.trigger()) && microBatchOnly) {
            problems.add(parts.refusedTrigger(
                    "the " + format + " sink writes micro-batches only",
                    "Use every(...), or one of the sinks that Spark runs continuously: "
                            + String.join(", ", new TreeSet<>(CONTINUOUS)) + "."));
        }
    }

    private static void checkpoint(String format, SparkSession spark, PipelineSpec parts, List<Problem> problems) {
        if (!OWN_CHECKPOINT.contains(format) && parts.checkpoint(spark).isEmpty()) {
            problems.add(new Problem(
                    "checkpointAt",
                    "nothing",
                    "the " + format + " sink needs a checkpoint",
                    "Call checkpointAt(...) with a path that outlives the driver."));
        }
    }

    private static void retention(String format, PipelineSpec parts, List<Problem> problems) {
        String age = parts.options().get("retention");
        if (FILES.contains(format) && age != null) {
            problems.add(new Problem(
                    "option",
                    "retention",
                    "Spark's readers would no longer see the rows of files that are older than " + age
                            + ", since it takes them off the list in _spark_metadata and leaves them in the directory",
                    "Leave it out; to keep the list short, begin a new directory from time to time."));
        }
    }

    private static Set<String> known(String format) {
        Set<String> known = new TreeSet<>(OF_EVERY_QUERY);
        if (!FILES.contains(format) && !OWN_CHECKPOINT.contains(format) && !format.equals("kafka")) {
            // A short name of another format's own may well come near to one of Spark's.
            known.removeIf(name -> name.length() < LONG_NAME);
        }
        if (FILES.contains(format)) {
            known.addAll(SparkInternals.fileOptions(format));
        }
        return known;
    }
}
