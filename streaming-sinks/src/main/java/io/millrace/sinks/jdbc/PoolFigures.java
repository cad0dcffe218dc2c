package io.millrace.sinks.jdbc;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.millrace.core.internal.MetricName;
import io.millrace.core.internal.SparkMetrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToIntFunction;
import org.apache.spark.SparkEnv;

/** The connections of a pool as metrics of this JVM, the driver's or an executor's. */
final class PoolFigures {
    /** The Spark that shows each pool: a pool stays open if Spark is stopped and another one starts. */
    private static final Map<HikariDataSource, SparkEnv> SHOWN = new ConcurrentHashMap<>();

    private PoolFigures() {}

    /** Shows the figures of {@code pool}, unless Spark shows them already. Does nothing without Spark. */
    static void show(Database database, HikariDataSource pool) {
        SparkEnv spark = SparkEnv.get();
        if (spark != null && SHOWN.get(pool) != spark && SHOWN.put(pool, spark) != spark) {
            SparkMetrics.publish(MetricName.ofPool(database.label()), metrics(pool));
        }
    }

    private static MetricRegistry metrics(HikariDataSource pool) {
        MetricRegistry metrics = new MetricRegistry();
        metrics.register("connections-limit", (Gauge<Integer>) pool::getMaximumPoolSize);
        gauge(metrics, pool, "connections-open", HikariPoolMXBean::getTotalConnections);
        gauge(metrics, pool, "connections-in-use", HikariPoolMXBean::getActiveConnections);
        gauge(metrics, pool, "connections-idle", HikariPoolMXBean::getIdleConnections);
        gauge(metrics, pool, "threads-waiting", HikariPoolMXBean::getThreadsAwaitingConnection);
        return metrics;
    }

    private static void gauge(
            MetricRegistry metrics, HikariDataSource pool, String name, ToIntFunction<HikariPoolMXBean> value) {
        metrics.register(name, (Gauge<Integer>) () -> {
            HikariPoolMXBean open = pool.getHikariPoolMXBean();
            return open == null ? 0 : value.applyAsInt(open);
        });
    }
}
