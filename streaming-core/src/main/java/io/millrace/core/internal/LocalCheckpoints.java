package io.millrace.core.internal;

import io.millrace.core.internal.spark.PipelineCheckpointManager;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Gives the queries of pipelines {@link PipelineCheckpointManager}, if their checkpoint is on a local disk and nobody
 * has chosen a manager. A query takes its settings from the session while it is started, so that the setting is there
 * for this time alone. A query of another kind that starts meanwhile gets the manager as well, which does it no harm.
 */
public final class LocalCheckpoints {
    private static final String SETTING = PipelineCheckpointManager.SETTING;
    private static final String MANAGER = PipelineCheckpointManager.class.getName();

    /** How many starts of a session need the setting. They do not wait for each other: a listener may start another. */
    private static final Map<SparkSession, Integer> STARTING = new WeakHashMap<>();

    private LocalCheckpoints() {}

    /** Runs {@code start}, which starts a query with a checkpoint at {@code location}, or at a temporary one. */
    public static <T> T during(SparkSession spark, Optional<String> location, Supplier<T> start) {
        if (!begin(spark, location)) {
            return start.get();
        }
        try {
            return start.get();
        } finally {
            end(spark);
        }
    }

    private static boolean begin(SparkSession spark, Optional<String> location) {
        synchronized (STARTING) {
            int others = STARTING.getOrDefault(spark, 0);
            if (others == 0) {
                if (!isWanted(spark, location)) {
                    return false;
                }
                spark.conf().set(SETTING, MANAGER);
            }
            STARTING.put(spark, others + 1);
            return true;
        }
    }

    private static void end(SparkSession spark) {
        synchronized (STARTING) {
            int others = STARTING.getOrDefault(spark, 1) - 1;
            if (others > 0) {
                STARTING.put(spark, others);
                return;
            }
            STARTING.remove(spark);
            if (MANAGER.equals(spark.conf().get(SETTING, ""))) {
                spark.conf().unset(SETTING);
            }
        }
    }

    private static boolean isWanted(SparkSession spark, Optional<String> location) {
        return PipelineCheckpointManager.isWanted(spark, new Path(location.orElse("file:///"))) && isLoadable();
    }

    /** Whether Spark would find this very class, which it looks up by the class loader of the thread. */
    private static boolean isLoadable() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try {
            return loader == null || Class.forName(MANAGER, false, loader) == PipelineCheckpointManager.class;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
