package io.millrace.core.internal.spark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ExperimentalMethods;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.read.streaming.SupportsRealTimeMode;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkPlanner;
import org.apache.spark.sql.execution.streaming.RealTimeTrigger;
import org.apache.spark.sql.execution.streaming.runtime.MemoryStreamTable;
import org.apache.spark.sql.execution.streaming.runtime.RealTimeModeAllowlist$;
import org.apache.spark.sql.execution.streaming.runtime.StreamingRelation;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.internal.SessionState;
import org.apache.spark.sql.streaming.Trigger;

/** Real-time mode of Spark 4.1 and 4.2, and what Spark refuses in it, most of it only in the first batch. */
public final class RealTimeMode {
    private static final Set<String> SINKS = Set.of("kafka", "foreach", "console");

    private RealTimeMode() {}

    /** The trigger; empty if this Spark has none. */
    public static Optional<Trigger> trigger(Duration batch) {
        return Optional.of(Trigger.RealTime(batch.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** How long a batch of {@code trigger} lasts; empty if it is not that of real-time mode. */
    public static Optional<Duration> batchOf(Trigger trigger) {
        return trigger instanceof RealTimeTrigger realTime
                ? Optional.of(Duration.ofMillis(realTime.batchDurationMs()))
                : Optional.empty();
    }

    /** The shortest batch that the session takes. */
    public static Duration shortestBatch(SparkSession spark) {
        return Duration.ofMillis(
                (Long) state(spark).conf().getConf(SQLConf.STREAMING_REAL_TIME_MODE_MIN_BATCH_DURATION()));
    }

    /** The sources of Spark without reading in real time, as Spark names them; of other sources it is not known. */
    public static List<String> refusedSources(Dataset<Row> rows) {
        List<String> refused = new ArrayList<>();
        List<LogicalPlan> leaves =
                ScalaCollections.list(rows.queryExecution().analyzed().collectLeaves());
        for (LogicalPlan leaf : leaves) {
            if (leaf instanceof StreamingRelation old) {
                refused.add(old.sourceName());
            } else if (leaf instanceof StreamingRelationV2 source && isRefused(source.table(), source.sourceName())) {
                refused.add(source.sourceName());
            }
        }
        return refused.stream().distinct().toList();
    }

    private static boolean isRefused(Table table, String name) {
        return table instanceof MemoryStreamTable memory
                ? !(memory.stream() instanceof SupportsRealTimeMode)
                : table.getClass().getName().startsWith("org.apache.spark.") && !name.equals("kafka");
    }

    /** The steps that Spark does not run, as Spark names them, for rows of a plan without state. */
    public static List<String> refusedSteps(Dataset<Row> rows) {
        SessionState state = state(rows.sparkSession());
        if (!isChecked(state)) {
            return List.of();
        }
        LogicalPlan optimized = state.optimizer().execute(rows.queryExecution().analyzed());
        Set<String> refused = new LinkedHashSet<>();
        // As Spark does to explain a stream; its other strategies fail on the source, so this one is first.
        ExperimentalMethods first = new ExperimentalMethods();
        first.extraStrategies_$eq(ScalaCollections.seq(List.of(state.planner().StreamingRelationStrategy())));
        SparkPlanner planner = new SparkPlanner((org.apache.spark.sql.classic.SparkSession) rows.sparkSession(), first);
        readsStream(planner.plan(optimized).next(), allowedSteps(), refused);
        return List.copyOf(refused);
    }

    /** The list by which Spark itself decides. */
    private static Set<String> allowedSteps() {
        return ScalaCollections.set(
                RealTimeModeAllowlist$.MODULE$
                        .org$apache$spark$sql$execution$streaming$runtime$RealTimeModeAllowlist$$allowedOperators());
    }

    /** Whether {@code step} or one below it reads a stream; adds the names of those that do and are refused. */
    private static boolean readsStream(SparkPlan step, Set<String> allowed, Set<String> refused) {
        boolean reads = step.nodeName().equals("StreamingRelation");
        for (SparkPlan child : ScalaCollections.list(step.children())) {
            reads |= readsStream(child, allowed, refused);
        }
        boolean isSource = step.children().isEmpty();
        if (reads && !isSource && !allowed.contains(step.getClass().getName())) {
            refused.add(step.nodeName());
        }
        return reads;
    }

    /** Whether Spark refuses the sink of a format. */
    public static boolean refusesSink(SparkSession spark, String format) {
        return format.equals("foreachbatch") || (isChecked(state(spark)) && !SINKS.contains(format));
    }

    private static boolean isChecked(SessionState state) {
        return (Boolean) state.conf().getConf(SQLConf.STREAMING_REAL_TIME_MODE_ALLOWLIST_CHECK());
    }

    private static SessionState state(SparkSession spark) {
        return ((org.apache.spark.sql.classic.SparkSession) spark).sessionState();
    }
}
