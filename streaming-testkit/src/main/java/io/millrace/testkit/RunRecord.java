package io.millrace.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
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
    private OutputMode mode;
    private final @Nullable Supplier<List<Row>> reader;
    private final List<StepRecord> steps = new ArrayList<>();
    private final IdentityHashMap<StepRecord, Dataset<Row>> queries = new IdentityHashMap<>();
    private final Map<Long, List<Row>> firstOutputs = new HashMap<>();
    private final Map<String, Double> tolerances = new HashMap<>();
    private @Nullable Dataset<Row> query;
    private List<String> keys = List.of();
    private List<Row> targetBefore = List.of();

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

    /** The mode in which it began. */
    OutputMode firstMode() {
        return steps.isEmpty() || isOfWriter() ? mode : steps.get(0).mode();
    }

    /** Of a run of a writer, known when it has started. */
    void mode(OutputMode started) {
        mode = started;
    }

    /** Whether the query writes into its own sink, so that only its target shows its rows. */
    boolean isOfWriter() {
        return reader != null;
    }

    @Nullable Dataset<Row> query() {
        return query;
    }

    void query(Dataset<Row> newQuery, OutputMode newMode) {
        query = newQuery;
        mode = newMode;
    }

    /** The version of the query that ran in {@code step}; null in a run of a writer. */
    @Nullable Dataset<Row> query(StepRecord step) {
        return queries.get(step);
    }

    List<StepRecord> steps() {
        return steps;
    }

    StepRecord newStep(String name, boolean restarted) {
        StepRecord step = StepRecord.named(name, restarted, mode);
        steps.add(step);
        if (query != null) {
            queries.put(step, query);
        }
        return step;
    }

    /** Whether the query was restarted after its last batch. */
    boolean isRestarted() {
        boolean restarted = false;
        for (StepRecord step : steps) {
            restarted = step.batches().isEmpty() && (restarted || step.restarted());
        }
        return restarted;
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
        return reader != null ? TargetColumns.read(reader.get()) : Results.table(schema(), keys, steps);
    }

    StructType schema() {
        Dataset<Row> running = query;
        if (running == null) {
            throw new IllegalStateException(
                    "This run writes into its own sink, so the kit sees its target and not the rows of a batch: expect"
                            + " table(...).");
        }
        return running.schema();
    }

    /** The columns of {@code table}, which was read of this run and is compared with {@code expected}. */
    StructType tableSchema(List<Row> table, List<?> expected) {
        return isOfWriter() ? TargetColumns.of(table, expected) : schema();
    }

    /** Keeps what the target has before a batch is rerun. */
    void rememberTarget() {
        if (isOfWriter()) {
            targetBefore = List.copyOf(table());
        }
    }

    List<Row> targetBefore() {
        return targetBefore;
    }

    void tolerance(String column, double tolerance) {
        tolerances.put(column, tolerance);
        if (query != null) {
            checkTolerances(query.schema());
        }
    }

    void checkTolerances(StructType schema) {
        Tolerances.check(tolerances, schema);
    }

    void keyedBy(List<String> columns) {
        keys = List.copyOf(columns);
    }

    RowDiff diff(StructType schema) {
        return new RowDiff(schema, tolerances, keys);
    }
}
