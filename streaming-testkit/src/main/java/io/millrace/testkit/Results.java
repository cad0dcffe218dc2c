package io.millrace.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Computes the whole result of a run from the output of its batches. */
final class Results {
    private Results() {}

    static List<Row> table(OutputMode mode, StructType schema, List<String> keys, List<StepRecord> steps) {
        TreeMap<Long, List<Row>> byBatch = new TreeMap<>();
        for (StepRecord step : steps) {
            step.batches().forEach(batch -> byBatch.put(batch.id(), batch.output()));
        }
        if (mode.equals(OutputMode.Complete())) {
            return byBatch.isEmpty() ? List.of() : byBatch.lastEntry().getValue();
        }
        List<Row> all = byBatch.values().stream().flatMap(List::stream).toList();
        return mode.equals(OutputMode.Append()) ? all : latest(all, schema, keys);
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
        return List.copyOf(latest.values());
    }
}
