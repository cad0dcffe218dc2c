package io.millrace.core.internal;

import io.millrace.core.internal.spark.ScalaCollections;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.CurrentDate;
import org.apache.spark.sql.catalyst.expressions.CurrentTimestampLike;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LocalTimestamp;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** Conditions on what has another value each time that a row is computed: a random number, the time of day. */
public final class UnstableFilters {
    private final LogicalPlan from;
    private final Set<ExprId> unstable = new HashSet<>();
    private final Set<String> functions = new TreeSet<>();

    private UnstableFilters(LogicalPlan from) {
        this.from = from;
    }

    /** The functions by which the steps between {@code from} and {@code to} choose rows, by Spark's names, sorted. */
    public static Set<String> between(Dataset<Row> from, Dataset<Row> to) {
        UnstableFilters filters = new UnstableFilters(from.queryExecution().analyzed());
        filters.visit(to.queryExecution().analyzed());
        return filters.functions;
    }

    private void visit(LogicalPlan step) {
        if (step.equals(from)) {
            return;
        }
        ScalaCollections.list(step.children()).forEach(this::visit);
        for (Expression expression : ScalaCollections.list(step.expressions())) {
            Set<String> found = new TreeSet<>();
            collect(expression, found);
            if (found.isEmpty()) {
                continue;
            }
            if (step instanceof Filter) {
                functions.addAll(found);
            } else if (expression instanceof Alias named) {
                unstable.add(named.exprId());
            }
        }
    }

    /** Whether a step has an expression of the time of day. */
    static boolean readsTheClock(LogicalPlan step) {
        return ScalaCollections.list(step.expressions()).stream().anyMatch(UnstableFilters::readsTheClock);
    }

    private static boolean readsTheClock(Expression expression) {
        return isClock(expression)
                || ScalaCollections.list(expression.children()).stream().anyMatch(UnstableFilters::readsTheClock);
    }

    private static boolean isClock(Expression expression) {
        return expression instanceof CurrentTimestampLike
                || expression instanceof CurrentDate
                || expression instanceof LocalTimestamp;
    }

    private void collect(Expression expression, Set<String> found) {
        if (expression instanceof StructExpression) {
            return;
        }
        if (expression instanceof AttributeReference column && unstable.contains(column.exprId())) {
            found.add(column.name());
        } else if (isClock(expression)) {
            found.add(expression.prettyName());
        } else if (!expression.deterministic()
                && ScalaCollections.list(expression.children()).stream().allMatch(Expression::deterministic)) {
            found.add(expression.prettyName());
        }
        ScalaCollections.list(expression.children()).forEach(child -> collect(child, found));
    }
}
