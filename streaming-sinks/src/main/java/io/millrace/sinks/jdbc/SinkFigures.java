package io.millrace.sinks.jdbc;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.millrace.core.internal.MetricName;
import io.millrace.core.internal.ShownMetrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a query has written into a table, as metrics of the driver. They live as long as the driver, so that counters
 * never go back, and are shown from the first batch of a query to its end.
 */
final class SinkFigures {
    private static final Map<Key, SinkFigures> ALL = new ConcurrentHashMap<>();

    private final Map<WriteCounts.Metric, Counter> counters = new EnumMap<>(WriteCounts.Metric.class);
    private final ShownMetrics shown;
    private volatile long batchRows;
    private volatile long lastWrite = System.currentTimeMillis();

    private record Key(String query, String table) {}

    private SinkFigures(Key key) {
        MetricRegistry metrics = new MetricRegistry();
        shown = new ShownMetrics(MetricName.ofSink(key.query, key.table), metrics);
        for (WriteCounts.Metric metric : WriteCounts.Metric.values()) {
            counters.put(metric, metrics.counter(metric.metric()));
        }
        metrics.register("batch-rows", (Gauge<Long>) () -> batchRows);
        metrics.register("since-write-ms", (Gauge<Long>) () -> System.currentTimeMillis() - lastWrite);
    }

    /** The figures of a run that begins; shown with its first batch. */
    static SinkFigures begin(String query, String table) {
        SinkFigures figures = ALL.computeIfAbsent(new Key(query, table), SinkFigures::new);
        figures.hide(); // Those of an earlier run that failed, perhaps in a Spark that was stopped since.
        return figures;
    }

    /** Adds the counts of a batch, and shows the metrics. */
    void add(WriteCounts counts) {
        counters.forEach((metric, counter) -> counter.inc(counts.of(metric)));
        batchRows = counts.of(WriteCounts.Metric.ROWS);
        if (batchRows > 0) {
            lastWrite = System.currentTimeMillis();
        }
        shown.show();
    }

    void hide() {
        shown.hide();
    }
}
