package io.millrace.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TimeZone;
import java.util.function.Predicate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/** Gives a sink values that break sinks, those of a kind in one batch. */
final class ValueTrial {
    private static final String READING = "\nIf the target is right, target() reads it wrongly: some JDBC drivers move"
            + " a time that the zone of the JVM does not have. Read it as OffsetDateTime or as text.";

    private final SinkScenario scenario;
    private final Set<TargetLimit> limits;

    ValueTrial(SinkScenario scenario, Set<TargetLimit> limits) {
        this.scenario = scenario;
        this.limits = limits;
    }

    void texts() {
        arrive("texts", StringType.class::isInstance, null, "");
        arrive(StringType.class::isInstance);
    }

    void numbers() {
        Predicate<DataType> others = type -> !(type instanceof StringType) && !isTime(type);
        arrive("numbers", others, null, "");
        arrive(others);
    }

    void timesAroundClockChanges() {
        inZone(
                SampleValues.ZONE,
                () -> arrive(
                        "times around the clock changes of " + SampleValues.ZONE, ValueTrial::isTime, null, READING));
    }

    /** The calendars of Java disagree about the first offset of each zone, so that only UTC reaches back. */
    void timesOfAllYears() {
        inZone("UTC", () -> arrive(ValueTrial::isTime));
    }

    void keys() {
        List<Map<String, @Nullable Object>> values = new ArrayList<>();
        for (StructField field : scenario.fields()) {
            if (scenario.isKey(field)) {
                values.addAll(SampleValues.each(field.name(), SampleValues.ofKey(field.dataType())));
            }
        }
        scenario.batchOf("keys below zero, beyond 2^31 and beyond 2^53", values, "");
    }

    /** All that a target may not hold, unless it says so. */
    private void arrive(Predicate<DataType> types) {
        for (TargetLimit limit : TargetLimit.values()) {
            if (!limits.contains(limit)) {
                arrive(
                        limit.text(),
                        types,
                        limit,
                        "\nIf the target cannot hold them, let limits() return TargetLimit." + limit
                                + ", and say so in the documentation of the sink.");
            }
        }
    }

    private void arrive(String what, Predicate<DataType> types, @Nullable TargetLimit limit, String hint) {
        List<Map<String, @Nullable Object>> values = new ArrayList<>();
        for (StructField field : scenario.fields()) {
            if (isFree(field) && types.test(field.dataType())) {
                values.addAll(SampleValues.each(field.name(), SampleValues.of(field.dataType(), limit)));
            }
        }
        scenario.batchOf(what, values, hint);
    }

    /** Whether the column may have any value. */
    private boolean isFree(StructField field) {
        return !scenario.isKey(field)
                && !List.of(SampleRows.VERSION, SampleRows.DELETED).contains(field.name());
    }

    private static void inZone(String zone, Runnable test) {
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        try {
            test.run();
        } finally {
            TimeZone.setDefault(before);
        }
    }

    private static boolean isTime(DataType type) {
        return type instanceof TimestampType || type instanceof TimestampNTZType || type instanceof DateType;
    }
}
