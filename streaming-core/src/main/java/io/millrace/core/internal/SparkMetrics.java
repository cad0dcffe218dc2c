package io.millrace.core.internal;

import com.codahale.metrics.MetricRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Spark's metrics system, which Spark does not publish: its UI, its servlets and its sinks. */
public final class SparkMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(SparkMetrics.class);

    /** What is shown now. Guarded by itself. */
    private static final List<Published> PUBLISHED = new ArrayList<>();

    private SparkMetrics() {}

    /**
     * Shows {@code metrics} under {@code name}.
     *
     * @return removes them; does nothing once Spark has stopped
     */
    public static Runnable publish(String name, MetricRegistry metrics) {
        return publish(() -> name, metrics);
    }

    /** Like {@link #publish(String, MetricRegistry)}. */
    public static Runnable publish(MetricName name, MetricRegistry metrics) {
        return publish(name::text, metrics);
    }

    private static Runnable publish(Supplier<String> name, MetricRegistry metrics) {
        Published published = new Published(SparkEnv.get().metricsSystem(), name, metrics);
        synchronized (PUBLISHED) {
            PUBLISHED.removeIf(Published::isOfAStoppedSpark);
            PUBLISHED.stream().filter(Published::isOutdated).toList().forEach(Published::rename);
            published.register();
            PUBLISHED.add(published);
        }
        return () -> {
            synchronized (PUBLISHED) {
                if (PUBLISHED.remove(published)) {
                    published.withdraw();
                }
            }
        };
    }

    /** Metrics under a name that a later one may change. Spark keeps the name of a source. */
    private static final class Published {
        private final MetricsSystem system;
        private final Supplier<String> name;
        private final MetricRegistry metrics;
        private Source source;

        Published(MetricsSystem system, Supplier<String> name, MetricRegistry metrics) {
            this.system = system;
            this.name = name;
            this.metrics = metrics;
            this.source = new NamedSource(name.get(), metrics);
        }

        boolean isOfAStoppedSpark() {
            SparkEnv environment = SparkEnv.get();
            return environment == null || environment.metricsSystem() != system;
        }

        boolean isOutdated() {
            return !name.get().equals(source.sourceName());
        }

        void rename() {
            LOG.warn(
                    "The metrics {} are now {}: the name of another query, sink or pool differs in punctuation only.",
                    source.sourceName(),
                    name.get());
            withdraw();
            source = new NamedSource(name.get(), metrics);
            register();
        }

        void register() {
            system.registerSource(source);
        }

        /** Spark removes all metrics whose names begin with that of the source: those of others must come back. */
        void withdraw() {
            if (isOfAStoppedSpark()) {
                return;
            }
            system.removeSource(source);
            List<Published> others = PUBLISHED.stream()
                    .filter(other -> other != this && other.source.sourceName().startsWith(source.sourceName()))
                    .toList();
            others.forEach(other -> system.removeSource(other.source));
            others.forEach(Published::register);
        }
    }

    private record NamedSource(String sourceName, MetricRegistry metricRegistry) implements Source {}
}
