package io.millrace.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Computes the whole result of a run from the output of its batches. */
final class Results {
    private Results() {}

    /** Of each batch by the output mode of its step, since a restart may change it. */
    static List<Row> table(StructType schema, List<String> keys, List<StepRecord> steps) {
        TreeMap<Long, BatchRecord> byId = new TreeMap<>();
        Map<Long, OutputMode> modes = new HashMap<>();
        for (StepRecord step : steps) {
            step.batches().forEach(batch -> {
                byId.put(batch.id(), batch);
                modes.put(batch.id(), step.mode());
            });
        }
        List<Row> result = new ArrayList<>();
        for (BatchRecord batch : byId.values()) {
            OutputMode mode = Objects.requireNonNull(modes.get(batch.id()));
            if (mode.equals(OutputMode.Complete())) {
                result.clear();
            }
            result.addAll(batch.output());
            if (mode.equals(OutputMode.Update())) {
                result = latest(result, schema, keys);
            }
        }
        return result;
    }

    private static List<Row> latest(List<Row> rows, StructType schema, List<String> keys) {
        if (keys.isEmpty()) {
            throw new IllegalStateException(
                    "table(...) in update mode needs to know which row replaces which: call keyedBy(...) on the run,"
                            + " with columns of " + String.join(", ", schema.fieldNames())
                            + ".");
        }
        Expectations.checkColumns("keyedBy", keys, schema);
        Map<List<@Nullable Object>, Row> latest = new LinkedHashMap<>();
        for (Row row : rows) {
            List<@Nullable Object> key = new ArrayList<>();
            keys.forEach(column -> key.add(ComparableValue.of(Values.fit(
                    row.get(schema.fieldIndex(column)), schema.apply(column).dataType()))));
            latest.put(key, row);
        }
        return new ArrayList<>(latest.values());
    }
}
