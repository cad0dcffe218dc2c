package io.millrace.sinks.jdbc.lookup;

import io.millrace.core.internal.QueryLog;
import io.millrace.core.internal.QueryProperties;
import io.millrace.core.internal.TaskReports;
import java.io.Serial;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * Collects the counts of the tasks of each batch, until they are logged and added to the metrics. A rerun of a task
 * replaces its first count.
 */
public final class LookupCounts extends TaskReports<LookupCounts.OfTask> implements QueryLog.SinkCounts {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String table;

    /** The metrics of each query, by its id. On the driver alone. */
    private final transient Map<String, LookupFigures> figures = new ConcurrentHashMap<>();

    private LookupCounts(String table) {
        this.table = table;
    }

    /** The counts of a look-up in {@code table}. */
    public static LookupCounts of(SparkContext context, String table) {
        LookupCounts counts = new LookupCounts(table);
        context.register(counts);
        QueryLog.of(context).register(counts);
        return counts;
    }

    /** Adds what a task of a micro-batch has done; nothing outside of one. */
    void add(@Nullable TaskContext task, LookupWork work) {
        String query = task == null ? null : QueryProperties.queryId(task);
        String batch = task == null ? null : QueryProperties.batchId(task);
        if (task != null && query != null && batch != null) {
            add(new OfTask(query, Long.parseLong(batch), task.stageId(), task.partitionId(), work));
        }
    }

    @Override
    protected LookupCounts empty() {
        return new LookupCounts(table);
    }

    /** The sum of a completed batch, which the metrics get; drops its counts and those of earlier batches. */
    @Override
    public synchronized Optional<String> take(String queryId, String query, long batch) {
        Map<List<Integer>, LookupWork> last = new LinkedHashMap<>();
        reports.stream()
                .filter(task -> task.queryId.equals(queryId) && task.batch == batch)
                .forEach(task -> last.put(List.of(task.stage, task.partition), task.work));
        reports.removeIf(task -> task.queryId.equals(queryId) && task.batch <= batch);
        Optional<LookupWork> sum = last.values().stream().reduce(LookupWork::plus);
        sum.ifPresent(work -> figures.computeIfAbsent(queryId, id -> LookupFigures.begin(query, table))
                .add(work));
        return sum.filter(work -> !work.isEmpty()).map(work -> "looked up in \"" + table + "\": " + work);
    }

    @Override
    public void ended(String queryId) {
        LookupFigures ofQuery = figures.remove(queryId);
        if (ofQuery != null) {
            ofQuery.hide();
        }
    }

    /** The counts of one task of a batch. */
    public record OfTask(String queryId, long batch, int stage, int partition, LookupWork work)
            implements Serializable {}
}
