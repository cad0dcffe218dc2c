package io.millrace.core.internal;

import com.codahale.metrics.MetricRegistry;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/** Spark's metrics system, which Spark does not publish: its UI, its servlets and its sinks. */
public final class SparkMetrics {
    private SparkMetrics() {}

    /**
     * Shows {@code metrics} under {@code name}.
     *
     * @return removes them; does nothing once Spark has stopped
     */
    public static Runnable publish(String name, MetricRegistry metrics) {
        Source source = new Source() {
            @Override
            public String sourceName() {
                return name;
            }

            @Override
            public MetricRegistry metricRegistry() {
                return metrics;
            }
        };
        SparkEnv.get().metricsSystem().registerSource(source);
        return () -> withdraw(source);
    }

    private static void withdraw(Source source) {
        SparkEnv environment = SparkEnv.get();
        if (environment != null) {
            environment.metricsSystem().removeSource(source);
        }
    }
}
