package io.millrace.testkit;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.core.internal.spark.SparkLine;
import io.millrace.testkit.SparkRowInternals.EncodedRow;
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
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.streaming.StreamingRelationV2;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.jspecify.annotations.Nullable;
import scala.runtime.AbstractPartialFunction;

/** Runs the part of a query below its first stateful operator on rows of a test. */
final class SparkPlanInternals {
    private SparkPlanInternals() {}

    /**
     * The rows that reach the first stateful operator of {@code query} if {@code given} are the only rows of its
     * inputs, computed as a batch. Null if the query has no aggregation, deduplication or state function.
     */
    static @Nullable Dataset<Row> beforeState(
            SparkSession spark, Dataset<Row> query, GivenRows input, List<EncodedRow> given) {
        LogicalPlan below = belowState(query.queryExecution().analyzed());
        return below == null ? null : SparkLine.rows(spark, withRows(below, input, given));
    }

    /**
     * The rows among {@code given} that a window drops because their time is NULL, as they reach it. Null if there is
     * no window, and no filter of the same kind, below the state.
     */
    static @Nullable Dataset<Row> droppedWithoutTime(
            SparkSession spark, Dataset<Row> query, GivenRows input, List<EncodedRow> given) {
        LogicalPlan below = belowState(query.queryExecution().analyzed());
        if (below == null || below.find(node -> requiredTime(node) != null).isEmpty()) {
            return null;
        }
        LogicalPlan dropped = below.transformUp(rule(node -> {
            Expression time = requiredTime(node);
            return time == null ? null : new Filter(new IsNull(time), ((Filter) node).child());
        }));
        return SparkLine.rows(spark, withRows(dropped, input, given));
    }

    private static LogicalPlan withRows(LogicalPlan plan, GivenRows input, List<EncodedRow> given) {
        return plan.transformUp(rule(node -> {
            GivenRows relation = relationOf(node);
            List<InternalRow> rows = input.equals(relation) ? SparkRowInternals.unwrap(given) : List.of();
            return relation == null ? null : SparkLine.relation(node.output(), rows);
        }));
    }

    /** A rule that replaces each node for which {@code change} returns another. */
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

    private static @Nullable GivenRows relationOf(LogicalPlan node) {
        return node instanceof StreamingRelationV2 relation && relation.table() instanceof GivenRows.GivenTable table
                ? table.rows()
                : null;
    }

    /**
     * The columns of {@link #beforeState}, with the metadata of event times, which Spark removes from a batch. Null if
     * the query has no state.
     */
    static @Nullable StructType columnsBeforeState(Dataset<Row> query) {
        LogicalPlan below = belowState(query.queryExecution().analyzed());
        return below == null ? null : below.schema();
    }

    /** Whether the first stateful operator of {@code query} aggregates, so that append mode waits for its watermark. */
    static boolean aggregates(Dataset<Row> query) {
        return firstState(query.queryExecution().analyzed()) instanceof Aggregate;
    }

    private static @Nullable LogicalPlan belowState(LogicalPlan plan) {
        LogicalPlan state = firstState(plan);
        return state == null ? null : state.children().head();
    }

    private static @Nullable LogicalPlan firstState(LogicalPlan plan) {
        for (LogicalPlan child : ScalaCollections.list(plan.children())) {
            LogicalPlan deeper = firstState(child);
            if (deeper != null) {
                return deeper;
            }
        }
        boolean keepsState = plan.isStreaming()
                && (plan instanceof Aggregate
                        || plan instanceof Deduplicate
                        || plan instanceof DeduplicateWithinWatermark
                        || plan instanceof FlatMapGroupsWithState
                        || SparkLine.STATEFUL_OF_LINE.stream().anyMatch(kind -> kind.isInstance(plan)));
        return keepsState ? plan : null;
    }
}
