package io.millrace.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The record of a run: its query, its steps with their batches, and how its rows are compared. */
final class RunRecord {
    private final OutputMode mode;
    private final @Nullable Supplier<List<Row>> reader;
    private final List<StepRecord> steps = new ArrayList<>();
    private final Map<Long, List<Row>> firstOutputs = new HashMap<>();
    private final Map<String, Double> tolerances = new HashMap<>();
    private @Nullable Dataset<Row> query;
    private List<String> keys = List.of();

    /**
     * The record of a run that has yet to start.
     *
     * @param query the query under test; null for a run of a writer
     * @param reader reads the target of a writer; null for a run of a query
     */
    RunRecord(OutputMode mode, @Nullable Dataset<Row> query, @Nullable Supplier<List<Row>> reader) {
        this.mode = mode;
        this.query = query;
        this.reader = reader;
    }

    OutputMode mode() {
        return mode;
    }

    @Nullable Dataset<Row> query() {
        return query;
    }

    void query(Dataset<Row> newQuery) {
        query = newQuery;
    }

    List<StepRecord> steps() {
        return steps;
    }

    StepRecord newStep(String name, boolean restarted) {
        StepRecord step = StepRecord.named(name, restarted);
        steps.add(step);
        return step;
    }

    void add(StepRecord step, BatchRecord batch) {
        step.batches().add(batch);
        if (!batch.replay()) {
            firstOutputs.put(batch.id(), batch.output());
        }
    }

    /** The rows that {@code batch} emitted the first time. */
    List<Row> firstOutput(long batch) {
        return firstOutputs.getOrDefault(batch, List.of());
    }

    /** The whole result so far, for {@link Batch#table}. */
    List<Row> table() {
        return reader != null ? reader.get() : Results.table(mode, schema(), keys, steps);
    }

    StructType schema() {
        Dataset<Row> running = query;
        if (running == null) {
            throw new IllegalStateException(
                    "This run writes through its own DataStreamWriter, so the kit does not see its rows: pass a reader"
                            + " of the target to kit.run and expect table(...).");
        }
        return running.schema();
    }

    StructType tableSchema() {
        List<Row> rows = reader == null ? List.of() : table();
        return rows.isEmpty() || rows.get(0).schema() == null
                ? schema()
                : rows.get(0).schema();
    }

    void tolerance(String column, double tolerance) {
        tolerances.put(column, tolerance);
    }

    void keyedBy(List<String> columns) {
        keys = List.copyOf(columns);
    }

    RowDiff diff(StructType schema) {
        return new RowDiff(schema, tolerances, keys);
    }
}
