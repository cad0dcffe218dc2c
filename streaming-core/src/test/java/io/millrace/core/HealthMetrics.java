package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.millrace.core.internal.spark.ScalaCollections;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/** The metrics of a query's health in Spark's metrics system. */
final class HealthMetrics {
    private HealthMetrics() {}

    /** Waits until a counter has this value; fails if it has a greater one. */
    static void await(String query, String counter, long value) {
        Await.until(() -> of(query).stream()
                .map(metrics -> metrics.counter(counter).getCount())
                .peek(count -> assertThat(count).as(counter).isLessThanOrEqualTo(value))
                .anyMatch(count -> count == value));
    }

    /** The metrics of the query of this name; empty if none are published. */
    static List<MetricRegistry> of(String query) {
        return ScalaCollections.list(SparkEnv.get().metricsSystem().getSourcesByName("millrace.query." + query))
                .stream()
                .map(Source::metricRegistry)
                .toList();
    }
}
