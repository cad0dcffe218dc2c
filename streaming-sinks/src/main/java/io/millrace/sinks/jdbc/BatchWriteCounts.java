package io.millrace.sinks.jdbc;

import io.millrace.core.internal.QueryLog;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.util.AccumulatorV2;

/** Collects the counts of the tasks of each batch for a table, until they are logged. Spark counts each task once. */
final class BatchWriteCounts extends AccumulatorV2<BatchWriteCounts.OfTask, List<BatchWriteCounts.OfTask>>
        implements QueryLog.SinkCounts {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String table;
    private final ArrayList<OfTask> tasks = new ArrayList<>();

    BatchWriteCounts(String table) {
        this.table = table;
    }

    @Override
    public synchronized boolean isZero() {
        return tasks.isEmpty();
    }

    @Override
    public synchronized BatchWriteCounts copy() {
        BatchWriteCounts copy = new BatchWriteCounts(table);
        copy.tasks.addAll(tasks);
        return copy;
    }

    @Override
    public synchronized void reset() {
        tasks.clear();
    }

    @Override
    public synchronized void add(OfTask task) {
        tasks.add(task);
    }

    @Override
    public synchronized void merge(AccumulatorV2<OfTask, List<OfTask>> other) {
        tasks.addAll(other.value());
    }

    @Override
    public synchronized List<OfTask> value() {
        return List.copyOf(tasks);
    }

    /** The sum of a completed batch; drops its counts and those of earlier batches. */
    @Override
    public synchronized Optional<String> take(String queryId, long batch) {
        Optional<WriteCounts> sum = tasks.stream()
                .filter(task -> task.queryId.equals(queryId) && task.batch == batch)
                .map(OfTask::counts)
                .reduce(WriteCounts::plus);
        tasks.removeIf(task -> task.queryId.equals(queryId) && task.batch <= batch);
        return sum.filter(counts -> !counts.isEmpty()).map(counts -> "into \"" + table + "\": " + counts);
    }

    /** The counts of one task of a batch. */
    record OfTask(String queryId, long batch, WriteCounts counts) implements Serializable {}
}
