package io.millrace.core.internal;

import io.millrace.core.internal.spark.ScalaCollections;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnsupportedOperationChecker;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Deduplicate;
import org.apache.spark.sql.catalyst.plans.logical.DeduplicateWithinWatermark;
import org.apache.spark.sql.catalyst.plans.logical.Distinct;
import org.apache.spark.sql.catalyst.plans.logical.EventTimeWatermark;
import org.apache.spark.sql.catalyst.plans.logical.FlatMapGroupsInPandasWithState;
import org.apache.spark.sql.catalyst.plans.logical.FlatMapGroupsWithState;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructField;

/** The analyzed plan of a stream, as Spark builds and checks it. */
public final class StreamingPlan {
    private static final List<Class<? extends LogicalPlan>> STATEFUL = List.of(
            Aggregate.class,
            Deduplicate.class,
            DeduplicateWithinWatermark.class,
            Distinct.class,
            FlatMapGroupsWithState.class,
            FlatMapGroupsInPandasWithState.class,
            GlobalLimit.class);

    private final LogicalPlan root;

    private StreamingPlan(LogicalPlan root) {
        this.root = root;
    }

    public static StreamingPlan of(Dataset<Row> rows) {
        return new StreamingPlan(rows.queryExecution().analyzed());
    }

    /**
     * Why Spark's own checker refuses this plan: its first reason for the whole plan, and the reasons for its parts.
     */
    public Set<String> refusals(SparkSession spark, OutputMode mode, boolean continuous) {
        return spark.sessionState().conf().isUnsupportedOperationCheckEnabled()
                ? ActiveSession.with(spark, () -> refusals(mode, continuous))
                : Set.of();
    }

    private Set<String> refusals(OutputMode mode, boolean continuous) {
        Set<String> refusals = new LinkedHashSet<>();
        SparkRefusal.of(() -> UnsupportedOperationChecker.checkForStreaming(root, mode))
                .ifPresent(refusals::add);
        if (continuous) {
            SparkRefusal.of(() -> UnsupportedOperationChecker.checkForContinuous(root, mode))
                    .ifPresent(refusals::add);
        }
        if (!refusals.isEmpty()) {
            // What a part refuses about the output mode, later steps can make valid.
            nodes(root).stream()
                    .filter(LogicalPlan::isStreaming)
                    .flatMap(part ->
                            SparkRefusal.of(() -> UnsupportedOperationChecker.checkForStreaming(part, mode)).stream())
                    .filter(message -> !message.toLowerCase(Locale.ROOT).contains("output mode"))
                    .forEach(refusals::add);
        }
        return refusals;
    }

    /** Whether one of its steps sets a watermark. */
    public boolean hasWatermark() {
        return nodes(root).stream().anyMatch(EventTimeWatermark.class::isInstance);
    }

    /** Whether a column is that of a watermark. */
    public static boolean isEventTime(StructField field) {
        return field.metadata().contains(EventTimeWatermark.delayKey());
    }

    /** The sources that the continuous trigger cannot read, as Spark names them. */
    public List<String> sourcesWithoutContinuousReading() {
        return nodes(root).stream()
                .filter(StreamingRelationV2.class::isInstance)
                .map(StreamingRelationV2.class::cast)
                .filter(source -> !source.table().capabilities().contains(TableCapability.CONTINUOUS_READ))
                .map(StreamingRelationV2::sourceName)
                .distinct()
                .toList();
    }

    /** Whether two of its sources are the same one. */
    public boolean readsASourceTwice() {
        List<LogicalPlan> sources = nodes(root).stream()
                .filter(node -> node instanceof StreamingRelationV2)
                .toList();
        return Set.copyOf(sources).size() < sources.size();
    }

    /** Whether a step of the plan keeps state from earlier batches. */
    public boolean isStateful() {
        return nodes(root).stream().filter(LogicalPlan::isStreaming).anyMatch(StreamingPlan::keepsState);
    }

    private static boolean keepsState(LogicalPlan step) {
        boolean joinsStreams = step instanceof Join join
                && join.left().isStreaming()
                && join.right().isStreaming();
        return joinsStreams || STATEFUL.stream().anyMatch(kind -> kind.isInstance(step));
    }

    private static List<LogicalPlan> nodes(LogicalPlan plan) {
        List<LogicalPlan> nodes = new ArrayList<>();
        ScalaCollections.list(plan.children()).forEach(child -> nodes.addAll(nodes(child)));
        nodes.add(plan);
        return nodes;
    }
}
