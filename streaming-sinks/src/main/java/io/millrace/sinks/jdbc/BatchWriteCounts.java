package io.millrace.sinks.jdbc;

import io.millrace.core.internal.QueryLog;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.util.AccumulatorV2;

/**
 * Collects the counts of the tasks of each batch for a table, until they are logged and added to the metrics. Spark
 * counts each task once.
 */
final class BatchWriteCounts extends AccumulatorV2<BatchWriteCounts.OfTask, List<BatchWriteCounts.OfTask>>
        implements QueryLog.SinkCounts {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String table;
    private final ArrayList<OfTask> tasks = new ArrayList<>();

    /** The metrics of each query, by its id. On the driver alone. */
    private final transient Map<String, SinkFigures> figures = new ConcurrentHashMap<>();

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

    /** The sum of a completed batch, which the metrics get; drops its counts and those of earlier batches. */
    @Override
    public synchronized Optional<String> take(String queryId, String query, long batch) {
        Optional<WriteCounts> sum = tasks.stream()
                .filter(task -> task.queryId.equals(queryId) && task.batch == batch)
                .map(OfTask::counts)
                .reduce(WriteCounts::plus);
        tasks.removeIf(task -> task.queryId.equals(queryId) && task.batch <= batch);
        sum.ifPresent(counts -> figures.computeIfAbsent(queryId, id -> SinkFigures.begin(query, table))
                .add(counts));
        return sum.filter(counts -> !counts.isEmpty()).map(counts -> "into \"" + table + "\": " + counts);
    }

    @Override
    public void ended(String queryId) {
        SinkFigures ofQuery = figures.remove(queryId);
        if (ofQuery != null) {
            ofQuery.hide();
        }
    }

    /** The counts of one task of a batch. */
    record OfTask(String queryId, long batch, WriteCounts counts) implements Serializable {}
}
