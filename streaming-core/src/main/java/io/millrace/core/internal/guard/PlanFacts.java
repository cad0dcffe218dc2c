package io.millrace.core.internal.guard;

import io.millrace.core.internal.StreamingPlan;
import io.millrace.core.internal.spark.FunctionState;
import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.StateFunctions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.CurrentDate;
import org.apache.spark.sql.catalyst.expressions.CurrentTimestampLike;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LocalTimestamp;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.TimeZoneAwareExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.AppendColumns;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.CollectMetrics;
import org.apache.spark.sql.catalyst.plans.logical.EventTimeWatermark;
import org.apache.spark.sql.catalyst.plans.logical.Expand;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ObjectConsumer;
import org.apache.spark.sql.catalyst.plans.logical.ObjectProducer;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionOperation;
import org.apache.spark.sql.catalyst.plans.logical.ResolvedHint;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.TypedFilter;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.catalyst.plans.logical.WithCTE;
import org.apache.spark.sql.streaming.OutputMode;

/**
 * The facts of an analyzed plan: its sources, its watermarks, and for each step with state its keys, its values and
 * what happens to rows before it. Names, ids and the order of columns that no state depends on leave no trace.
 */
final class PlanFacts {
    private static final String COMPLETE = OutputMode.Complete().toString();

    private final ExpressionMeanings meanings = new ExpressionMeanings();
    private final LiveColumns live;
    private final Configuration files;
    private final boolean isComplete;
    private final Map<Long, Relation> relations = new HashMap<>();
    private final List<SourceFacts> sources = new ArrayList<>();
    private final List<String> watermarks = new ArrayList<>();
    private final List<StatefulStep> steps = new ArrayList<>();
    private final Set<String> zones = new TreeSet<>();

    /** A query that SQL names by WITH: its rows before it, and its columns. */
    private record Relation(List<Meaning> input, List<Meaning> columns) {}

    private PlanFacts(LogicalPlan root, Configuration files, String outputMode) {
        this.files = files;
        isComplete = outputMode.equals(COMPLETE);
        live = LiveColumns.of(root);
        walk(root);
    }

    static PlanFacts of(Dataset<Row> rows, String outputMode) {
        return new PlanFacts(rows.queryExecution().analyzed(), filesOf(rows), outputMode);
    }

    /** The steps with state as Spark's optimizer leaves them; empty if it does not take the plan before the start. */
    static Optional<List<StatefulStep>> optimizedSteps(Dataset<Row> rows, String outputMode) {
        LogicalPlan analyzed = rows.queryExecution().analyzed();
        if (aggregatesByTheClock(analyzed)) {
            return Optional.empty();
        }
        try {
            LogicalPlan optimized =
                    rows.sparkSession().sessionState().optimizer().execute(analyzed.clone());
            return Optional.of(new PlanFacts(optimized, filesOf(rows), outputMode).steps());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }

    /** Its functions with variables of state. */
    static List<FunctionState> functions(Dataset<Row> rows) {
        return StateFunctions.in(rows.queryExecution().analyzed());
    }

    // Spark puts the time of the batch in, after which a constant is not a grouping column any more.
    private static boolean aggregatesByTheClock(LogicalPlan node) {
        boolean here = node instanceof Aggregate
                && ScalaCollections.list(node.expressions()).stream().anyMatch(PlanFacts::readsTheClock);
        return here || ScalaCollections.list(node.children()).stream().anyMatch(PlanFacts::aggregatesByTheClock);
    }

    private static boolean readsTheClock(Expression expression) {
        return expression instanceof CurrentDate
                || expression instanceof CurrentTimestampLike
                || expression instanceof LocalTimestamp
                || ScalaCollections.list(expression.children()).stream().anyMatch(PlanFacts::readsTheClock);
    }

    private static Configuration filesOf(Dataset<Row> rows) {
        return rows.sparkSession().sessionState().newHadoopConf();
    }

    List<SourceFacts> sources() {
        return sources;
    }

    List<StatefulStep> steps() {
        return steps;
    }

    /** The time zones by which its functions read and write dates and times: that of the session, for most. */
    Set<String> zones() {
        return zones;
    }

    List<String> watermarks() {
        return watermarks;
    }

    /** Adds the facts of {@code node} and of what is below it; returns what happens to its rows. */
    private List<Meaning> walk(LogicalPlan node) {
        ScalaCollections.list(node.expressions()).forEach(this::addZones);
        List<List<Meaning>> below =
                ScalaCollections.list(node.children()).stream().map(this::walk).toList();
        List<Meaning> input = new ArrayList<>();
        below.forEach(input::addAll);
        if (below.isEmpty()) {
            input.addAll(leaf(node));
        } else if (node instanceof WithCTE) {
            return below.get(below.size() - 1);
        } else if (node instanceof CTERelationDef relation) {
            List<Meaning> columns = new ArrayList<>();
            ScalaCollections.list(node.output()).forEach(column -> columns.add(meanings.of(column)));
            relations.put(relation.id(), new Relation(input, columns));
        } else if (keepsState(node)) {
            StatefulStep step = StatefulStep.of(node, meanings, live, Meaning.list(input));
            steps.add(step);
            input.clear();
            input.add(Meaning.of("step " + steps.size()));
        } else {
            input.addAll(stateless(node));
        }
        define(node);
        return input;
    }

    private void addZones(Expression expression) {
        if (expression instanceof TimeZoneAwareExpression aware
                && aware.timeZoneId().isDefined()
                && !(expression instanceof Cast cast && !cast.needsTimeZone())) {
            zones.add(aware.timeZoneId().get());
        }
        ScalaCollections.list(expression.children()).forEach(this::addZones);
    }

    /** A limit of the whole result, in complete mode, begins anew with each batch. */
    private boolean keepsState(LogicalPlan node) {
        return node.isStreaming()
                && StreamingPlan.keepsState(node)
                && !(isComplete && node instanceof GlobalLimit && hasAggregate(node));
    }

    private static boolean hasAggregate(LogicalPlan node) {
        return (node instanceof Aggregate && node.isStreaming())
                || ScalaCollections.list(node.children()).stream().anyMatch(PlanFacts::hasAggregate);
    }

    private List<Meaning> leaf(LogicalPlan node) {
        if (node instanceof CTERelationRef reference && relations.containsKey(reference.cteId())) {
            Relation relation = Objects.requireNonNull(relations.get(reference.cteId()));
            List<Attribute> output = ScalaCollections.list(node.output());
            IntStream.range(0, output.size())
                    .forEach(i ->
                            meanings.define(output.get(i), relation.columns().get(i)));
            return relation.input();
        }
        if (node.isStreaming()) {
            sources.add(SourceFacts.of(node, files));
        }
        String ofStream = sources.size() == 1 ? "" : sources.size() + ".";
        String prefix = node.isStreaming() ? ofStream : "table.";
        for (Attribute column : ScalaCollections.list(node.output())) {
            meanings.define(column, Meaning.of(prefix + column.name()));
        }
        return node.isStreaming() ? List.of() : List.of(Meaning.of(node.nodeName()));
    }

    private List<Meaning> stateless(LogicalPlan node) {
        if (node instanceof EventTimeWatermark watermark) {
            watermarks.add(meanings.of(watermark.eventTime()).words());
            return List.of();
        }
        if (node instanceof Project
                || node instanceof SubqueryAlias
                || node instanceof LocalLimit
                || node instanceof GlobalLimit
                || node instanceof View
                || node instanceof ResolvedHint
                || node instanceof RepartitionOperation
                || node instanceof CollectMetrics) {
            return List.of();
        }
        if (node instanceof Expand expand) {
            return List.of(Meaning.of("expand " + expand.projections().size()));
        }
        if (node instanceof Generate generate) {
            return List.of(Meaning.call(
                    generate.outer() ? "outer" : "generate", List.of(meanings.of((Expression) generate.generator()))));
        }
        return List.of(
                isTyped(node)
                        ? Meaning.of(node.nodeName())
                        : Meaning.call(node.nodeName(), meanings.all(ScalaCollections.list(node.expressions()))));
    }

    // Their functions are objects, without words that are the same in the next JVM.
    static boolean isTyped(LogicalPlan node) {
        return node instanceof ObjectProducer
                || node instanceof ObjectConsumer
                || node instanceof TypedFilter
                || node instanceof AppendColumns;
    }

    /** Gives the columns that {@code node} adds their meanings. */
    private void define(LogicalPlan node) {
        if (node instanceof Project project) {
            defineAll(ScalaCollections.list(project.projectList()));
        } else if (node instanceof Aggregate aggregate) {
            defineAll(ScalaCollections.list(aggregate.aggregateExpressions()));
        } else if (node instanceof Generate generate) {
            Meaning generator = meanings.of((Expression) generate.generator());
            List<Attribute> output = ScalaCollections.list(generate.generatorOutput());
            IntStream.range(0, output.size())
                    .forEach(i -> meanings.define(output.get(i), Meaning.call("column " + i, List.of(generator))));
        } else if (node instanceof Union union) {
            define(union);
        } else if (node instanceof Expand expand) {
            define(expand);
        }
        for (Attribute column : ScalaCollections.list(node.output())) {
            if (!meanings.isKnown(column)) {
                meanings.define(column, Meaning.of(column.name()));
            }
        }
    }

    private void defineAll(List<NamedExpression> columns) {
        for (NamedExpression column : columns) {
            if (!(column instanceof Attribute)) {
                meanings.define(column, meanings.of((Expression) column));
            }
        }
    }

    private void define(Union union) {
        List<Attribute> output = ScalaCollections.list(union.output());
        IntStream.range(0, output.size()).forEach(i -> {
            List<Meaning> parts = ScalaCollections.list(union.children()).stream()
                    .map(child -> meanings.of(child.output().apply(i)))
                    .toList();
            meanings.define(output.get(i), same(parts, "union"));
        });
    }

    private static Meaning same(List<Meaning> parts, String otherwise) {
        List<Meaning> distinct = parts.stream().distinct().toList();
        return distinct.size() == 1 ? distinct.get(0) : Meaning.call(otherwise, distinct);
    }

    private void define(Expand expand) {
        List<Attribute> output = ScalaCollections.list(expand.output());
        IntStream.range(0, output.size()).forEach(i -> {
            List<Expression> made = ScalaCollections.list(expand.projections()).stream()
                    .map(row -> row.apply(i))
                    .toList();
            Meaning meaning = meanings.window(output.get(i), output.get(i).metadata(), made.get(0))
                    .orElseGet(() -> same(meanings.all(made), "expand"));
            meanings.define(output.get(i), meaning);
        });
    }
}
