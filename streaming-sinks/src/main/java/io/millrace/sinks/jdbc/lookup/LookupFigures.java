package io.millrace.sinks.jdbc.lookup;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.millrace.core.internal.MetricName;
import io.millrace.core.internal.ShownMetrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a query has looked up in a table, as metrics of the driver. They live as long as the driver, so that counters
 * never go back, and are shown from the first batch of a query to its end.
 */
final class LookupFigures {
    private static final Map<Key, LookupFigures> ALL = new ConcurrentHashMap<>();

    private final Map<LookupMetric, Counter> counters = new EnumMap<>(LookupMetric.class);
    private final ShownMetrics shown;

    private record Key(String query, String table) {}

    private LookupFigures(Key key) {
        MetricRegistry metrics = new MetricRegistry();
        shown = new ShownMetrics(MetricName.ofLookup(key.query, key.table), metrics);
        for (LookupMetric metric : LookupMetric.values()) {
            counters.put(metric, metrics.counter(metric.metric()));
        }
    }

    /** The figures of a run that begins; shown with its first batch. */
    static LookupFigures begin(String query, String table) {
        LookupFigures figures = ALL.computeIfAbsent(new Key(query, table), LookupFigures::new);
        figures.hide(); // Those of an earlier run that failed, perhaps in a Spark that was stopped since.
        return figures;
    }

    /** Adds the counts of a batch, and shows the metrics. */
    void add(LookupWork work) {
        counters.forEach((metric, counter) -> counter.inc(work.of(metric)));
        shown.show();
    }

    void hide() {
        shown.hide();
    }
}
