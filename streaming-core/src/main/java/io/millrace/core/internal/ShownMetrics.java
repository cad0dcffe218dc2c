package io.millrace.core.internal;

import com.codahale.metrics.MetricRegistry;
import org.jspecify.annotations.Nullable;

/** Metrics that are shown for some time, and keep their values meanwhile. Thread-safe. */
public final class ShownMetrics {
    private final MetricName name;
    private final MetricRegistry metrics;
    private @Nullable Runnable removal;

    public ShownMetrics(MetricName name, MetricRegistry metrics) {
        this.name = name;
        this.metrics = metrics;
    }

    public synchronized void show() {
        if (removal == null) {
            removal = SparkMetrics.publish(name, metrics);
        }
    }

    public synchronized void hide() {
        if (removal != null) {
            removal.run();
            removal = null;
        }
    }
}
