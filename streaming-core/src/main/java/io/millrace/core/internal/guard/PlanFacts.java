package io.millrace.core.internal.guard;

import io.millrace.core.internal.StreamingPlan;
import io.millrace.core.internal.spark.ScalaCollections;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.AppendColumns;
import org.apache.spark.sql.catalyst.plans.logical.EventTimeWatermark;
import org.apache.spark.sql.catalyst.plans.logical.Expand;
import org.apache.spark.sql.catalyst.plans.logical.Generate;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ObjectConsumer;
import org.apache.spark.sql.catalyst.plans.logical.ObjectProducer;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.TypedFilter;
import org.apache.spark.sql.catalyst.plans.logical.Union;

/**
 * The facts of an analyzed plan: its sources, its watermarks, and for each step with state its keys, its values and
 * what happens to rows before it. Names, ids and the order of columns that no state depends on leave no trace.
 */
final class PlanFacts {
    private final ExpressionMeanings meanings = new ExpressionMeanings();
    private final LiveColumns live;
    private final Configuration files;
    private final List<SourceFacts> sources = new ArrayList<>();
    private final List<String> watermarks = new ArrayList<>();
    private final List<StatefulStep> steps = new ArrayList<>();

    private PlanFacts(LogicalPlan root, Configuration files) {
        this.files = files;
        live = LiveColumns.of(root);
        walk(root);
    }

    static PlanFacts of(Dataset<Row> rows) {
        return new PlanFacts(rows.queryExecution().analyzed(), filesOf(rows));
    }

    /** The steps with state as Spark's optimizer leaves them; empty if it does not take the plan before the start. */
    static Optional<List<StatefulStep>> optimizedSteps(Dataset<Row> rows) {
        try {
            LogicalPlan analyzed = rows.queryExecution().analyzed();
            LogicalPlan optimized =
                    rows.sparkSession().sessionState().optimizer().execute(analyzed.clone());
            return Optional.of(new PlanFacts(optimized, filesOf(rows)).steps());
        } catch (RuntimeException e) {
            return Optional.empty();
        }
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

    List<String> watermarks() {
        return watermarks;
    }

    /** Adds the facts of {@code node} and of what is below it; returns what happens to its rows. */
    private List<Meaning> walk(LogicalPlan node) {
        List<List<Meaning>> below =
                ScalaCollections.list(node.children()).stream().map(this::walk).toList();
        List<Meaning> input = new ArrayList<>();
        below.forEach(input::addAll);
        if (below.isEmpty()) {
            input.addAll(leaf(node));
        } else if (node.isStreaming() && StreamingPlan.keepsState(node)) {
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

    private List<Meaning> leaf(LogicalPlan node) {
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
                || node instanceof Expand
                || node instanceof LocalLimit) {
            return List.of();
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
            ScalaCollections.list(generate.generatorOutput())
                    .forEach(column -> meanings.define(column, Meaning.call(column.name(), List.of(generator))));
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
            List<Meaning> same = ScalaCollections.list(union.children()).stream()
                    .map(child -> meanings.of(child.output().apply(i)))
                    .distinct()
                    .toList();
            meanings.define(output.get(i), same.size() == 1 ? same.get(0) : Meaning.call("union", same));
        });
    }

    private void define(Expand expand) {
        List<Attribute> output = ScalaCollections.list(expand.output());
        IntStream.range(0, output.size()).forEach(i -> {
            var made = ScalaCollections.list(expand.projections()).get(0).apply(i);
            meanings.window(output.get(i), output.get(i).metadata(), made)
                    .ifPresent(window -> meanings.define(output.get(i), window));
        });
    }
}
