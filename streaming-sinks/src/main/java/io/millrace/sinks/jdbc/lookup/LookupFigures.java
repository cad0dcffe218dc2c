package io.millrace.sinks.jdbc.lookup;

import com.codahale.metrics.Counter;
import com.codahale.metrics.MetricRegistry;
import io.millrace.core.internal.MetricName;
import io.millrace.core.internal.SparkMetrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a query has looked up in a table, as metrics of the driver. They live as long as the driver, so that counters
 * never go back, and are shown from the first batch of a query to its end.
 */
final class LookupFigures {
    private static final Map<Key, LookupFigures> ALL = new ConcurrentHashMap<>();

    private final Key key;
    private final Map<LookupMetric, Counter> counters = new EnumMap<>(LookupMetric.class);
    private final MetricRegistry metrics = new MetricRegistry();
    private @Nullable Runnable removal;

    private record Key(String query, String table) {}

    private LookupFigures(Key key) {
        this.key = key;
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
        show();
    }

    synchronized void hide() {
        if (removal != null) {
            removal.run();
            removal = null;
        }
    }

    private synchronized void show() {
        if (removal == null) {
            removal = SparkMetrics.publish(MetricName.ofLookup(key.query, key.table), metrics);
        }
    }
}
