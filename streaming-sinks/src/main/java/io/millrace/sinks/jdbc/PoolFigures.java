package io.millrace.sinks.jdbc;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.millrace.core.internal.MetricName;
import io.millrace.core.internal.SparkMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.spark.SparkEnv;

/** The connections of a pool as metrics of this JVM, the driver's or an executor's. */
final class PoolFigures {
    /** The Spark that shows each pool: a pool stays open if Spark is stopped and another one starts. */
    private static final Map<Object, SparkEnv> SHOWN = new ConcurrentHashMap<>();

    private PoolFigures() {}

    /** Shows the {@code figures} of {@code pool}, unless Spark shows them already. Does nothing without Spark. */
    static void show(Object pool, String label, Supplier<Map<String, IntSupplier>> figures) {
        SparkEnv spark = SparkEnv.get();
        if (spark != null && SHOWN.get(pool) != spark && SHOWN.put(pool, spark) != spark) {
            MetricRegistry metrics = new MetricRegistry();
            figures.get().forEach((name, value) -> metrics.register(name, (Gauge<Integer>) value::getAsInt));
            SparkMetrics.publish(MetricName.ofPool(label), metrics);
        }
    }
}
