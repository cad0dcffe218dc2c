package io.millrace.core.internal;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnsupportedOperationChecker;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BinaryArithmetic;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
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
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

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

    /** The options among {@code names} that sources of a kind have, as Spark names both, sorted. */
    public List<String> optionsOfSource(String kind, Set<String> names) {
        return nodes(root).stream()
                .filter(StreamingRelationV2.class::isInstance)
                .map(StreamingRelationV2.class::cast)
                .filter(source -> source.sourceName().equals(kind))
                .flatMap(source -> names.stream().filter(source.extraOptions()::containsKey))
                .distinct()
                .sorted()
                .toList();
    }

    /** Whether two of its sources are the same one. */
    public boolean readsASourceTwice() {
        List<LogicalPlan> sources = nodes(root).stream()
                .filter(node -> node instanceof StreamingRelationV2)
                .toList();
        return Set.copyOf(sources).size() < sources.size();
    }

    /** The sources that {@code availableNow} reads in one micro-batch, as Spark names them. */
    public List<String> sourcesReadInOneBatch() {
        return nodes(root).stream()
                .filter(StreamingRelationV2.class::isInstance)
                .map(source -> ((StreamingRelationV2) source).sourceName())
                .filter(SparkLine.AVAILABLE_NOW_IN_ONE_BATCH::contains)
                .distinct()
                .toList();
    }

    /** The casts of columns that end the query at a value that does not convert, as {@code column, TYPE}. */
    public Set<String> castsThatThrow() {
        Set<String> casts = new LinkedHashSet<>();
        for (LogicalPlan node : nodes(root)) {
            ScalaCollections.list(node.expressions()).forEach(expression -> addCastsThatThrow(expression, casts));
        }
        return casts;
    }

    private static void addCastsThatThrow(Expression expression, Set<String> casts) {
        if (expression instanceof Cast cast && cast.evalMode().equals(EvalMode.ANSI()) && mayThrow(cast)) {
            casts.add(columns(cast) + ", " + cast.dataType().sql());
        }
        ScalaCollections.list(expression.children()).forEach(child -> addCastsThatThrow(child, casts));
    }

    /**
     * The functions among {@code names} that its steps call on columns, such as {@code to_date(text)}. The name of the
     * function is Spark's.
     */
    public Map<String, String> calls(Set<String> names) {
        Map<String, String> calls = new LinkedHashMap<>();
        for (LogicalPlan node : nodes(root)) {
            ScalaCollections.list(node.expressions()).forEach(expression -> addCalls(expression, names, calls));
        }
        return calls;
    }

    /** Whether one of its steps calls the function {@code name} of Java or Scala. */
    public boolean callsFunction(String name) {
        return nodes(root).stream()
                .flatMap(node -> ScalaCollections.list(node.expressions()).stream())
                .anyMatch(expression -> callsFunction(expression, name));
    }

    private static boolean callsFunction(Expression expression, String name) {
        return (expression instanceof UserDefinedExpression function
                        && function.name().equals(name))
                || ScalaCollections.list(expression.children()).stream().anyMatch(child -> callsFunction(child, name));
    }

    private static void addCalls(Expression expression, Set<String> names, Map<String, String> calls) {
        String name = expression.prettyName();
        if (names.contains(name) && !expression.foldable() && !takesEveryValue(expression)) {
            calls.put(name + "(" + columns(expression) + ")", name);
        }
        ScalaCollections.list(expression.children()).forEach(child -> addCalls(child, names, calls));
    }

    /** Whether it divides by a literal, reads a date or a time instead of a text, or looks into a map. */
    private static boolean takesEveryValue(Expression expression) {
        if (expression instanceof BinaryArithmetic division) {
            return division.right().foldable();
        }
        DataType from = expression.children().head().dataType();
        return isTime(from) || from instanceof MapType;
    }

    private static String columns(Expression expression) {
        return ScalaCollections.list(expression.references().toSeq()).stream()
                .map(Attribute::name)
                .collect(Collectors.joining(", "));
    }

    private static boolean mayThrow(Cast cast) {
        DataType from = cast.child().dataType();
        DataType to = cast.dataType();
        return !cast.child().foldable()
                && !Cast.canUpCast(from, to)
                && !(from instanceof BooleanType || to instanceof StringType || to instanceof BinaryType)
                && !(isTime(from) && isTime(to));
    }

    private static boolean isTime(DataType type) {
        return type instanceof DateType || type instanceof TimestampType || type instanceof TimestampNTZType;
    }

    /** Whether a step of the plan keeps state from earlier batches. */
    public boolean isStateful() {
        return nodes(root).stream().filter(LogicalPlan::isStreaming).anyMatch(StreamingPlan::keepsState);
    }

    /** The columns of rows, each other than a column that a later step computes under its name. */
    public static Set<Object> columnsOf(Dataset<Row> rows) {
        return ScalaCollections.list(rows.queryExecution().analyzed().output()).stream()
                .map(Attribute::exprId)
                .collect(Collectors.toSet());
    }

    /** Whether one of its steps keeps state from earlier batches. */
    public boolean keepsState() {
        return nodes(root).stream().anyMatch(node -> node.isStreaming() && keepsState(node));
    }

    /** Whether it has more steps with state, watermarks or sources than {@code part}, of which it is made. */
    public boolean addsToStream(StreamingPlan part) {
        return streamingSteps() > part.streamingSteps();
    }

    private long streamingSteps() {
        return nodes(root).stream()
                .filter(LogicalPlan::isStreaming)
                .filter(node -> keepsState(node)
                        || node instanceof EventTimeWatermark
                        || node.children().isEmpty())
                .count();
    }

    /** Whether {@code step} keeps state from earlier batches, if its rows are those of a stream. */
    public static boolean keepsState(LogicalPlan step) {
        boolean joinsStreams = step instanceof Join join
                && join.left().isStreaming()
                && join.right().isStreaming();
        return joinsStreams
                || Stream.concat(STATEFUL.stream(), SparkLine.STATEFUL_OF_LINE.stream())
                        .anyMatch(kind -> kind.isInstance(step));
    }

    private static List<LogicalPlan> nodes(LogicalPlan plan) {
        List<LogicalPlan> nodes = new ArrayList<>();
        ScalaCollections.list(plan.children()).forEach(child -> nodes.addAll(nodes(child)));
        nodes.add(plan);
        return nodes;
    }
}
