package io.millrace.core;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.millrace.core.SupervisedQuery.State;
import io.millrace.core.internal.MetricName;
import io.millrace.core.internal.SparkMetrics;
import java.util.function.Supplier;

/** The figures of supervised queries in Spark's metrics system, under {@code millrace.supervisor.<query>}. */
final class SupervisorMetrics {
    private SupervisorMetrics() {}

    /** Publishes those of one query; returns what removes them. */
    static Runnable publish(String name, Supplier<SupervisedQuery> query) {
        MetricRegistry metrics = new MetricRegistry();
        metrics.register("restarts", restarts(query));
        gauge(metrics, "running", () -> query.get().state() == State.RUNNING ? 1 : 0);
        gauge(metrics, "given-up", () -> query.get().state() == State.GAVE_UP ? 1 : 0);
        return SparkMetrics.publish(MetricName.ofSupervised(name), metrics);
    }

    private static Counter restarts(Supplier<SupervisedQuery> query) {
        return new Counter() {
            @Override
            public long getCount() {
                return query.get().restarts();
            }
        };
    }

    private static void gauge(MetricRegistry metrics, String name, Gauge<Integer> value) {
        metrics.register(name, value);
    }
}
