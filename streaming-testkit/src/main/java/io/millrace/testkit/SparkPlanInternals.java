package io.millrace.testkit;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.testkit.SparkTraceInternals.GivenRow;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.GreaterThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import org.apache.spark.sql.catalyst.expressions.aggregate.CollectList;
import org.apache.spark.sql.catalyst.expressions.aggregate.CollectSet;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;

/** Reads the plan of a query under test. */
final class SparkPlanInternals {
    private SparkPlanInternals() {}

    /**
     * The numbers of those of {@code rows} that a window drops because their time is NULL: they reach a filter that
     * Spark puts below every window, or one of the same kind.
     */
    static Set<Integer> withoutTime(Dataset<Row> query, List<GivenRow> rows) {
        return SparkStateInternals.of(query).stream()
                .flatMap(state -> state.sides().stream())
                .filter(side -> side.part().exists(node -> requiredTime(node) != null))
                .flatMap(side ->
                        SparkTraceInternals.run(query.sparkSession(), dropped(side.part()), List.of(), rows)
                                .orElse(List.of())
                                .stream())
                .map(SparkTraceInternals.Result::number)
                .collect(Collectors.toSet());
    }

    private static LogicalPlan dropped(LogicalPlan part) {
        return part.transformUp(SparkTraceInternals.rule(node -> {
            Expression time = requiredTime(node);
            return time == null ? null : new Filter(new IsNull(time), ((Filter) node).child());
        }));
    }

    /** The inputs of a test that {@code query} reads. */
    static List<GivenRows> inputs(Dataset<Row> query) {
        return ScalaCollections.list(query.queryExecution().analyzed().collectLeaves()).stream()
                .map(SparkTraceInternals::inputOf)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The indexes of the columns that are made of collect_set and of nothing that keeps the order of rows. */
    static Set<Integer> setColumns(Dataset<Row> query) {
        LogicalPlan plan = query.queryExecution().analyzed();
        List<Attribute> columns = ScalaCollections.list(plan.output());
        return IntStream.range(0, columns.size())
                .filter(column -> {
                    Set<Class<?>> functions = new HashSet<>();
                    addAggregates(columns.get(column), plan, functions);
                    return functions.contains(CollectSet.class) && !functions.contains(CollectList.class);
                })
                .boxed()
                .collect(Collectors.toSet());
    }

    /** The aggregate functions of which {@code expression} is made, in it and in the columns that it reads. */
    private static void addAggregates(Expression expression, LogicalPlan plan, Set<Class<?>> functions) {
        if (expression instanceof AggregateFunction function) {
            functions.add(function.getClass());
        }
        if (expression instanceof AttributeReference column) {
            definition(column.exprId(), plan).ifPresent(alias -> addAggregates(alias.child(), plan, functions));
        }
        ScalaCollections.list(expression.children()).forEach(child -> addAggregates(child, plan, functions));
    }

    private static Optional<Alias> definition(ExprId column, LogicalPlan plan) {
        return Stream.concat(
                        ScalaCollections.list(plan.expressions()).stream()
                                .filter(Alias.class::isInstance)
                                .map(Alias.class::cast)
                                .filter(alias -> alias.exprId().equals(column)),
                        ScalaCollections.list(plan.children()).stream()
                                .flatMap(child -> definition(column, child).stream()))
                .findFirst();
    }

    /**
     * The time column that must not be NULL for a row to pass this node; Spark puts such a filter below every window.
     */
    private static @Nullable Expression requiredTime(LogicalPlan node) {
        Expression condition = node instanceof Filter filter ? filter.condition() : null;
        if (condition instanceof IsNotNull check && isTime(check.child())) {
            return check.child();
        }
        return condition instanceof And both
                        && both.left() instanceof GreaterThanOrEqual from
                        && from.right() instanceof GetStructField
                        && isTime(from.left())
                ? from.left()
                : null;
    }

    private static boolean isTime(Expression expression) {
        return expression.dataType() instanceof TimestampType || expression.dataType() instanceof TimestampNTZType;
    }
}
