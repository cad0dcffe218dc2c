package io.millrace.testkit;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.GreaterThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Deduplicate;
import org.apache.spark.sql.catalyst.plans.logical.DeduplicateWithinWatermark;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.FlatMapGroupsWithState;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;
import scala.runtime.AbstractPartialFunction;

/** The part of a query below its first state, run on rows of a test alone. For the plans of Spark 3.5. */
final class StatePlans {
    private StatePlans() {}

    /**
     * What {@code query} would hand to its first operator with state, were {@code given} the only rows of {@code input}:
     * computed as a batch. Null where the query has no state, or joins before it has any.
     */
    static @Nullable Dataset<Row> beforeState(
            SparkSession spark, Dataset<Row> query, GivenRows input, List<InternalRow> given) {
        LogicalPlan below = belowState(query.queryExecution().analyzed());
        return below == null ? null : Dataset.ofRows(spark, withRows(below, input, given));
    }

    /**
     * What {@code query} makes of these rows of one input, of those rows alone that a window would drop because their time
     * is NULL. NULL itself if no window, and no filter of its kind, stands before the state.
     */
    static @Nullable Dataset<Row> droppedWithoutTime(
            SparkSession spark, Dataset<Row> query, GivenRows input, List<InternalRow> given) {
        LogicalPlan below = belowState(query.queryExecution().analyzed());
        if (below == null || below.find(node -> timeThatMustBe(node) != null).isEmpty()) {
            return null;
        }
        LogicalPlan dropped = below.transformUp(rule(node -> {
            Expression time = timeThatMustBe(node);
            return time == null ? null : new Filter(new IsNull(time), ((Filter) node).child());
        }));
        return Dataset.ofRows(spark, withRows(dropped, input, given));
    }

    private static LogicalPlan withRows(LogicalPlan plan, GivenRows input, List<InternalRow> given) {
        return plan.transformUp(rule(node -> {
            GivenRows relation = relationOf(node);
            List<InternalRow> rows = input.equals(relation) ? given : List.of();
            return relation == null
                    ? null
                    : new LocalRelation(
                            node.output(), JavaConverters.asScalaBuffer(rows).toSeq(), false);
        }));
    }

    /** Puts another node in the place of each one for which {@code change} has one. */
    private static AbstractPartialFunction<LogicalPlan, LogicalPlan> rule(
            Function<LogicalPlan, @Nullable LogicalPlan> change) {
        return new AbstractPartialFunction<>() {
            @Override
            public boolean isDefinedAt(LogicalPlan node) {
                return change.apply(node) != null;
            }

            @Override
            public LogicalPlan apply(LogicalPlan node) {
                return Objects.requireNonNull(change.apply(node));
            }
        };
    }

    /** The time that a row needs to pass this node, which Spark puts below every window. */
    private static @Nullable Expression timeThatMustBe(LogicalPlan node) {
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

    private static @Nullable GivenRows relationOf(LogicalPlan node) {
        return node instanceof StreamingRelationV2 relation && relation.table() instanceof GivenRows.GivenTable table
                ? table.rows()
                : null;
    }

    private static @Nullable LogicalPlan belowState(LogicalPlan plan) {
        for (LogicalPlan child : JavaConverters.seqAsJavaList(plan.children())) {
            LogicalPlan deeper = belowState(child);
            if (deeper != null) {
                return deeper;
            }
        }
        boolean keepsState = plan.isStreaming()
                && (plan instanceof Aggregate
                        || plan instanceof Deduplicate
                        || plan instanceof DeduplicateWithinWatermark
                        || plan instanceof FlatMapGroupsWithState);
        return keepsState ? plan.children().head() : null;
    }
}
