package io.millrace.sinks.jdbc;

import io.millrace.core.internal.QueryLog;
import io.millrace.core.internal.TaskReports;
import java.io.Serial;
import java.io.Serializable;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Collects the counts of the tasks of each batch for a table, until they are logged and added to the metrics. Spark
 * counts each task once.
 */
final class BatchWriteCounts extends TaskReports<BatchWriteCounts.OfTask> implements QueryLog.SinkCounts {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String table;

    /** The metrics of each query, by its id. On the driver alone. */
    private final transient Map<String, SinkFigures> figures = new ConcurrentHashMap<>();

    BatchWriteCounts(String table) {
        this.table = table;
    }

    @Override
    protected BatchWriteCounts empty() {
        return new BatchWriteCounts(table);
    }

    /** The sum of a completed batch, which the metrics get; drops its counts and those of earlier batches. */
    @Override
    public synchronized Optional<String> take(String queryId, String query, long batch) {
        Optional<WriteCounts> sum = reports.stream()
                .filter(task -> task.queryId.equals(queryId) && task.batch == batch)
                .map(OfTask::counts)
                .reduce(WriteCounts::plus);
        reports.removeIf(task -> task.queryId.equals(queryId) && task.batch <= batch);
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
