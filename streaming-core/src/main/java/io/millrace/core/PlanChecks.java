package io.millrace.core;

import io.millrace.core.internal.StreamingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;

/** Checks the plan with output mode and trigger by Spark's own rules, and adds a hint to each refusal. */
final class PlanChecks {
    // The first that is found in Spark's text. Most of these refusals have no error class, and the texts of Spark 3.5
    // differ from those of 4.
    private static final List<Map.Entry<Pattern, String>> HINTS = List.of(
            hint(
                    "streaming aggregations (on streaming DataFrames/DataSets )?without watermark",
                    "Put withWatermark(column, delay) before the aggregation and group by a window of that column,"
                            + " or use outputMode(update())."),
            hint("no streaming aggregations", "Use outputMode(append()) or outputMode(update()), or aggregate."),
            hint(
                    "possible 'correctness' issue",
                    "Use outputMode(append()), with withWindowTime() between two windows, or move one of the stateful"
                            + " steps to a second pipeline."),
            hint("session window", "Use outputMode(append()) with a watermark, or outputMode(complete())."),
            hint(
                    "without a watermark in the join keys",
                    "Put a watermark on both sides, and join by the column that has it or bound the time between them"
                            + " in the condition. Of windows, the time of withWindowTime() has it, not window_start."),
            hint("(?i)join between two streaming", "Use outputMode(append())."),
            hint(
                    "Sorting is not supported",
                    "Sort after an aggregation in outputMode(complete()), or when the result is read."),
            hint("Limits are not supported", "Use outputMode(append()), or leave the limit out."),
            hint("Distinct aggregations", "Use approx_count_distinct, or dropDuplicates in an earlier step."),
            hint("dropDuplicatesWithinWatermark", "Put withWatermark(column, delay) before it."),
            hint(
                    "Continuous processing does not support",
                    "Use every(...) for micro-batches, or leave the step out: continuous takes select, where and"
                            + " casts."),
            hint("window function", "Group by a window of time, or rank when the result is read."));

    private static final String ANY_HINT =
            "Change the step or the output mode; Spark's streaming guide lists what it does not support.";

    /** Functions that end a query at a value, by Spark's name, and what gives NULL instead. */
    private static final Map<String, String> THROWING = Map.ofEntries(
            Map.entry("to_timestamp", "try_to_timestamp"),
            Map.entry("to_date", "to_date of try_to_timestamp"),
            Map.entry("unix_timestamp", "unix_timestamp of try_to_timestamp"),
            Map.entry("to_unix_timestamp", "to_unix_timestamp of try_to_timestamp"),
            Map.entry("to_number", "try_to_number"),
            Map.entry("getarrayitem", "get(array, index)"),
            Map.entry("element_at", "try_element_at"),
            Map.entry("divide", "try_divide"),
            Map.entry("integraldivide", "nullif(divisor, 0)"),
            Map.entry("remainder", "nullif(divisor, 0)"),
            Map.entry("pmod", "nullif(divisor, 0)"),
            Map.entry("parse_json", "try_parse_json"),
            Map.entry("variant_get", "try_variant_get"));

    /** Those of them that do so in every mode. */
    private static final Set<String> ALWAYS_THROWING = Set.of("to_number", "parse_json", "variant_get");

    private PlanChecks() {}

    static List<Problem> problems(SparkSession spark, Dataset<Row> rows, PlannedQuery query) {
        StreamingPlan plan = StreamingPlan.of(rows);
        OutputMode mode = query.outputMode();
        List<Problem> problems = new ArrayList<>();
        for (String refusal : plan.refusals(spark, mode, query.isContinuous())) {
            problems.add(
                    refusal.startsWith("Continuous processing")
                            ? query.refusedTrigger(refusal, hint(refusal))
                            : new Problem("outputMode", mode.toString(), refusal, hint(refusal)));
        }
        if (query.isContinuous()) {
            plan.sourcesWithoutContinuousReading()
                    .forEach(source -> problems.add(query.refusedTrigger(
                            "the source " + source + " has no continuous reading",
                            "Use every(...) for micro-batches; continuous reads from Kafka, rate and socket.")));
        }
        if (query.isRealTime()) {
            problems.addAll(RealTimeChecks.problems(spark, rows, query));
        }
        return problems;
    }

    /** What runs, and may end at a value or read more at once than is meant. */
    static List<Problem> notes(SparkSession spark, StreamingPlan plan, PlannedQuery query) {
        List<Problem> notes = new ArrayList<>(notesOnValues(spark, plan));
        if (query.trigger().equals(Trigger.AvailableNow())) {
            plan.sourcesReadInOneBatch()
                    .forEach(source -> notes.add(new Problem(
                            "availableNow",
                            source,
                            "since Spark 4 this source gives all its rows in one micro-batch",
                            "Set spark.sql.streaming.triggerAvailableNowWrapper.enabled to true for several.")));
        }
        return notes;
    }

    /** What may end at a value. */
    static List<Problem> notesOnValues(SparkSession spark, StreamingPlan plan) {
        List<Problem> notes = new ArrayList<>();
        boolean isAnsi = Boolean.parseBoolean(spark.conf().get("spark.sql.ansi.enabled"));
        plan.calls(isAnsi ? THROWING.keySet() : ALWAYS_THROWING)
                .forEach((call, function) -> notes.add(new Problem(
                        "expression",
                        call,
                        (ALWAYS_THROWING.contains(function) ? "" : "in ANSI mode ")
                                + "a value that it does not take ends the query, and every restart again",
                        "Use " + THROWING.get(function) + ", which gives NULL.")));
        plan.castsThatThrow()
                .forEach(cast -> notes.add(new Problem(
                        "cast",
                        cast,
                        "in ANSI mode a value that does not convert ends the query, and every restart again",
                        "Use tryCast(...), or try_cast in SQL, which give NULL.")));
        return notes;
    }

    private static Map.Entry<Pattern, String> hint(String text, String wayOut) {
        return Map.entry(Pattern.compile(text), wayOut);
    }

    private static String hint(String refusal) {
        return HINTS.stream()
                .filter(known -> known.getKey().matcher(refusal).find())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(ANY_HINT);
    }
}
