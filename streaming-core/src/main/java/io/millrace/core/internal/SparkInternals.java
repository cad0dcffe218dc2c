package io.millrace.core.internal;

import com.codahale.metrics.MetricRegistry;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.DataSourceOptions;
import org.apache.spark.sql.catalyst.analysis.UnsupportedOperationChecker;
import org.apache.spark.sql.catalyst.csv.CSVOptions$;
import org.apache.spark.sql.catalyst.json.JSONOptions$;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Deduplicate;
import org.apache.spark.sql.catalyst.plans.logical.DeduplicateWithinWatermark;
import org.apache.spark.sql.catalyst.plans.logical.Distinct;
import org.apache.spark.sql.catalyst.plans.logical.FlatMapGroupsInPandasWithState;
import org.apache.spark.sql.catalyst.plans.logical.FlatMapGroupsWithState;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import org.apache.spark.sql.catalyst.util.CaseInsensitiveMap;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.execution.datasources.FileIndexOptions$;
import org.apache.spark.sql.execution.datasources.orc.OrcOptions$;
import org.apache.spark.sql.execution.datasources.parquet.ParquetOptions$;
import org.apache.spark.sql.execution.datasources.text.TextOptions$;
import org.apache.spark.sql.execution.streaming.AvailableNowTrigger$;
import org.apache.spark.sql.execution.streaming.ContinuousTrigger;
import org.apache.spark.sql.execution.streaming.MicroBatchExecution;
import org.apache.spark.sql.execution.streaming.OffsetSeq;
import org.apache.spark.sql.execution.streaming.OffsetSeqLog;
import org.apache.spark.sql.execution.streaming.OffsetSeqMetadata;
import org.apache.spark.sql.execution.streaming.OneTimeTrigger$;
import org.apache.spark.sql.execution.streaming.ProcessingTimeTrigger;
import org.apache.spark.sql.execution.streaming.StreamExecution;
import org.apache.spark.sql.execution.streaming.StreamMetadata;
import org.apache.spark.sql.execution.streaming.StreamingQueryWrapper;
import org.apache.spark.sql.execution.streaming.TERMINATED$;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import scala.Option;
import scala.Tuple2;
import scala.collection.JavaConverters;

/** Plans, triggers, queries, writers and metrics by what Spark 3.5 does not publish. */
public final class SparkInternals {
    private static final List<String> FILE_STREAM = List.of(
            "path",
            "maxFilesPerTrigger",
            "maxFileAge",
            "latestFirst",
            "fileNameOnly",
            "cleanSource",
            "sourceArchiveDir",
            "ignoreCorruptFiles");

    private static final List<Class<? extends LogicalPlan>> STATEFUL = List.of(
            Aggregate.class,
            Deduplicate.class,
            DeduplicateWithinWatermark.class,
            Distinct.class,
            FlatMapGroupsWithState.class,
            FlatMapGroupsInPandasWithState.class,
            GlobalLimit.class);

    private static final long POLL_MILLIS = 20;

    private SparkInternals() {}

    public static boolean isContinuous(Trigger trigger) {
        return trigger instanceof ContinuousTrigger;
    }

    /** The trigger as the pipeline's own call has it, such as {@code every(PT10S)}. */
    public static String describe(Trigger trigger) {
        if (trigger instanceof ProcessingTimeTrigger processingTime) {
            return "every(" + Duration.ofMillis(processingTime.intervalMs()) + ")";
        }
        if (trigger instanceof ContinuousTrigger continuous) {
            return "continuous(" + Duration.ofMillis(continuous.intervalMs()) + ")";
        }
        if (trigger.equals(AvailableNowTrigger$.MODULE$)) {
            return "availableNow()";
        }
        return isOnce(trigger) ? "once()" : trigger.toString();
    }

    public static boolean isOnce(Trigger trigger) {
        return trigger.equals(OneTimeTrigger$.MODULE$);
    }

    /** Every option of the file source for {@code format}. */
    public static List<String> fileOptions(String format) {
        List<String> names = new ArrayList<>(FILE_STREAM);
        names.addAll(names(FileIndexOptions$.MODULE$));
        names.addAll(names(
                switch (format) {
                    case "json" -> JSONOptions$.MODULE$;
                    case "csv" -> CSVOptions$.MODULE$;
                    case "parquet" -> ParquetOptions$.MODULE$;
                    case "orc" -> OrcOptions$.MODULE$;
                    default -> TextOptions$.MODULE$;
                }));
        return names;
    }

    /**
     * Why Spark's own checker refuses this plan: its first reason for the whole plan, and the reasons for its parts.
     */
    public static Set<String> refusals(SparkSession spark, Dataset<Row> rows, OutputMode mode, boolean continuous) {
        if (!spark.sessionState().conf().isUnsupportedOperationCheckEnabled()) {
            return Set.of();
        }
        LogicalPlan plan = rows.queryExecution().analyzed();
        return inSession(spark, () -> refusals(plan, mode, continuous));
    }

    private static Set<String> refusals(LogicalPlan plan, OutputMode mode, boolean continuous) {
        Set<String> refusals = new LinkedHashSet<>();
        refusal(() -> UnsupportedOperationChecker.checkForStreaming(plan, mode)).ifPresent(refusals::add);
        if (continuous) {
            refusal(() -> UnsupportedOperationChecker.checkForContinuous(plan, mode))
                    .ifPresent(refusals::add);
        }
        if (!refusals.isEmpty()) {
            // What a part refuses about the output mode, later steps can make valid.
            nodes(plan).stream()
                    .filter(LogicalPlan::isStreaming)
                    .flatMap(part -> refusal(() -> UnsupportedOperationChecker.checkForStreaming(part, mode)).stream())
                    .filter(message -> !message.toLowerCase(Locale.ROOT).contains("output mode"))
                    .forEach(refusals::add);
        }
        return refusals;
    }

    /** The sources that the continuous trigger cannot read, as Spark names them. */
    public static List<String> sourcesWithoutContinuousReading(Dataset<Row> rows) {
        return nodes(rows.queryExecution().analyzed()).stream()
                .filter(StreamingRelationV2.class::isInstance)
                .map(StreamingRelationV2.class::cast)
                .filter(source -> !source.table().capabilities().contains(TableCapability.CONTINUOUS_READ))
                .map(StreamingRelationV2::sourceName)
                .distinct()
                .toList();
    }

    /** Whether a step of the plan keeps state from earlier batches. */
    public static boolean isStateful(Dataset<Row> rows) {
        return nodes(rows.queryExecution().analyzed()).stream()
                .filter(LogicalPlan::isStreaming)
                .anyMatch(SparkInternals::keepsState);
    }

    private static boolean keepsState(LogicalPlan step) {
        boolean joinsStreams = step instanceof Join join
                && join.left().isStreaming()
                && join.right().isStreaming();
        return joinsStreams || STATEFUL.stream().anyMatch(kind -> kind.isInstance(step));
    }

    /** The format of a writer; empty if this version of Spark keeps it elsewhere. */
    public static Optional<String> format(DataStreamWriter<Row> writer) {
        return field(writer, "source").map(Object::toString);
    }

    /** The keys of a writer's options. */
    public static List<String> options(DataStreamWriter<Row> writer) {
        return field(writer, "extraOptions")
                .map(options -> new ArrayList<>(JavaConverters.setAsJavaSet(
                        ((CaseInsensitiveMap<?>) options).originalMap().keySet())))
                .orElseGet(ArrayList::new);
    }

    /** The name of the query of this JVM, in whatever session, that runs on the checkpoint at {@code location}. */
    public static Optional<String> runningOn(SparkSession spark, String location) {
        Path metadata = new Path(location, "metadata");
        Option<StreamMetadata> found =
                StreamMetadata.read(metadata, spark.sessionState().newHadoopConf());
        return found.isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(spark.sharedState()
                                .activeStreamingQueries()
                                .get(UUID.fromString(found.get().id())))
                        .map(query -> String.valueOf(query.name()));
    }

    /** The last batch of the checkpoint at {@code location}, if it has planned one. Writes nothing. */
    public static Optional<Resumed> resumed(SparkSession spark, String location) {
        Path offsets = new Path(location, "offsets");
        if (!CheckpointFiles.exists(spark, offsets)) {
            return Optional.empty();
        }
        Option<Tuple2<Object, OffsetSeq>> latest = new OffsetSeqLog(spark, offsets.toString()).getLatest();
        return latest.isEmpty() ? Optional.empty() : Optional.of(Resumed.of(latest.get()));
    }

    /**
     * The checkpoint that a query continues from.
     *
     * @param batch the last batch that was planned
     * @param offsets those of its sources, as JSON
     * @param settings of the session, which the checkpoint overrides
     */
    public record Resumed(long batch, List<String> offsets, Map<String, String> settings) {
        private static Resumed of(Tuple2<Object, OffsetSeq> latest) {
            Option<OffsetSeqMetadata> metadata = latest._2().metadata();
            List<String> offsets = new ArrayList<>();
            JavaConverters.seqAsJavaList(latest._2().offsets())
                    .forEach(offset -> offset.foreach(known -> offsets.add(known.json())));
            return new Resumed(
                    (Long) latest._1(),
                    offsets,
                    metadata.isEmpty()
                            ? Map.of()
                            : JavaConverters.mapAsJavaMap(metadata.get().conf()));
        }
    }

    private static Optional<String> refusal(Runnable check) {
        try {
            check.run();
            return Optional.empty();
        } catch (Exception e) {
            Optional<String> refusal = SparkRefusal.of(e);
            if (refusal.isEmpty()) {
                throw e;
            }
            return refusal;
        }
    }

    /** Runs {@code work} with {@code spark} as the session of the thread, from which Spark takes its settings. */
    public static <T> T inSession(SparkSession spark, Supplier<T> work) {
        Option<SparkSession> before = SparkSession.getActiveSession();
        SparkSession.setActiveSession(spark);
        try {
            return work.get();
        } finally {
            if (before.isDefined()) {
                SparkSession.setActiveSession(before.get());
            } else {
                SparkSession.clearActiveSession();
            }
        }
    }

    private static List<LogicalPlan> nodes(LogicalPlan plan) {
        List<LogicalPlan> nodes = new ArrayList<>();
        JavaConverters.seqAsJavaList(plan.children()).forEach(child -> nodes.addAll(nodes(child)));
        nodes.add(plan);
        return nodes;
    }

    private static Optional<Object> field(DataStreamWriter<Row> writer, String name) {
        try {
            Field field = DataStreamWriter.class.getDeclaredField(name);
            field.setAccessible(true);
            return Optional.ofNullable(field.get(writer));
        } catch (ReflectiveOperationException e) {
            return Optional.empty();
        }
    }

    private static List<String> names(DataSourceOptions options) {
        return new ArrayList<>(JavaConverters.setAsJavaSet(options.getAllOptions()));
    }

    /** Whether {@code query} runs micro-batches, so that there is something between two of them. */
    public static boolean runsMicroBatches(StreamingQuery query) {
        return execution(query) instanceof MicroBatchExecution;
    }

    /** Whether the caller is the thread that runs the batches of {@code query}. */
    public static boolean runsOnCallersThread(StreamingQuery query) {
        return execution(query).queryExecutionThread() == Thread.currentThread();
    }

    /** Keeps {@code query} from starting another batch; a running one continues. Spark's own loop checks this state. */
    public static void startNoMoreBatches(StreamingQuery query) {
        execution(query).state().set(TERMINATED$.MODULE$);
    }

    /**
     * Waits for the end of a query that starts no more batches.
     *
     * @return whether it has ended, including its cleanup
     */
    public static boolean awaitEnd(StreamingQuery query, Duration patience) throws InterruptedException {
        Thread thread = execution(query).queryExecutionThread();
        long deadline = System.nanoTime() + patience.toNanos();
        while (thread.isAlive() && System.nanoTime() < deadline) {
            if (waitsForTheNextTrigger(thread)) {
                thread.interrupt();
            }
            thread.join(POLL_MILLIS);
        }
        return !thread.isAlive();
    }

    /**
     * Shows {@code metrics} as {@code name} in Spark's metrics system: its UI, its servlets and its sinks.
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

    // Only the pause between two triggers uses this method: a thread in it runs no batch, and starts none when woken.
    private static boolean waitsForTheNextTrigger(Thread thread) {
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("waitTillTime")) {
                return true;
            }
        }
        return false;
    }

    private static StreamExecution execution(StreamingQuery query) {
        return query instanceof StreamingQueryWrapper wrapper ? wrapper.streamingQuery() : (StreamExecution) query;
    }
}
