package io.millrace.core;

import io.millrace.core.internal.Finding;
import io.millrace.core.internal.OptionNames;
import io.millrace.core.internal.SparkFormats;
import io.millrace.core.internal.WriterSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;

/** Checks a query and the options of its writer with the format that a sink has set on the writer. */
final class WriterChecks {
    private WriterChecks() {}

    /** {@code options} are those of the pipeline, which add to those that the sink has set. */
    static List<Problem> problems(
            SparkSession spark,
            Optional<DataStreamWriter<Row>> writer,
            PlannedQuery query,
            Map<String, String> options) {
        Optional<String> format = writer.flatMap(WriterSettings::format).map(name -> name.toLowerCase(Locale.ROOT));
        List<Problem> problems = new ArrayList<>();
        format.ifPresent(name -> problems.addAll(problemsOf(name, query, options)));
        if (query.isRealTime()) {
            problems.addAll(RealTimeChecks.problemsOfWriter(spark, format, query, options));
        }
        Set<String> keys = new TreeSet<>(options.keySet());
        writer.ifPresent(known -> keys.addAll(WriterSettings.options(known)));
        problems.addAll(Finding.all(
                OptionNames.misspelt("Spark", keys, SparkFormats.options(format.orElse(""))), Problem::new));
        return problems;
    }

    private static List<Problem> problemsOf(String format, PlannedQuery query, Map<String, String> options) {
        String sink = "the " + format + " sink";
        List<Problem> problems = new ArrayList<>();
        if (SparkFormats.isFiles(format)) {
            query.problemUnlessAppend(sink).ifPresent(problems::add);
        }
        if (SparkFormats.isMicroBatchOnly(format)) {
            query.problemIfContinuous(sink).ifPresent(problems::add);
        }
        if (!SparkFormats.runsWithoutCheckpoint(format)) {
            query.problemWithoutCheckpoint(sink).ifPresent(problems::add);
        }
        String age = options.get("retention");
        if (SparkFormats.isFiles(format) && age != null) {
            SparkFormats.retention("retention", age)
                    .map(refused -> refused.as(Problem::new))
                    .ifPresent(problems::add);
        }
        return problems;
    }
}
