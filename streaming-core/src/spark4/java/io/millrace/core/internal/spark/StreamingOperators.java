package io.millrace.core.internal.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.LessThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.streaming.operators.stateful.EventTimeWatermarkExec;
import org.apache.spark.sql.execution.streaming.operators.stateful.join.StreamingSymmetricHashJoinExec;
import org.apache.spark.sql.execution.streaming.operators.stateful.join.StreamingSymmetricHashJoinHelper;
import scala.Option;
import scala.collection.Seq;

/** What the operators of an executed micro-batch know of event time: for Spark 4.1 and 4.2. */
public final class StreamingOperators {
    private StreamingOperators() {}

    /** An operator that computes a watermark; {@code latest} is the latest event time that it saw, in milliseconds. */
    public record Watermark(Attribute column, long delay, OptionalLong latest) {}

    /** A join of two streams; empty for a side from which no watermark removes rows. */
    public record Join(Optional<Removal> left, Optional<Removal> right) {}

    /** The rows of one side of a join whose {@code column} is not after {@code watermark}, in milliseconds, go. */
    public record Removal(Attribute column, long watermark) {}

    /** The operators that compute a watermark, in the order of the plan. */
    public static List<Watermark> watermarks(SparkPlan executed) {
        List<Watermark> found = new ArrayList<>();
        for (SparkPlan node : nodes(executed)) {
            if (node instanceof EventTimeWatermarkExec operator) {
                var seen = operator.eventTimeStats().value();
                found.add(new Watermark(
                        operator.eventTime(),
                        operator.delayMs(),
                        seen.count() > 0 ? OptionalLong.of(seen.max()) : OptionalLong.empty()));
            }
        }
        return found;
    }

    /**
     * The joins of two streams.
     *
     * @throws IllegalStateException if Spark removes their rows by a condition of another kind
     */
    public static List<Join> joins(SparkPlan executed) {
        List<Join> found = new ArrayList<>();
        for (SparkPlan node : nodes(executed)) {
            if (node instanceof StreamingSymmetricHashJoinExec join) {
                var removals = join.stateWatermarkPredicates();
                found.add(new Join(
                        removal(removals.left(), join.leftKeys()), removal(removals.right(), join.rightKeys())));
            }
        }
        return found;
    }

    private static List<SparkPlan> nodes(SparkPlan plan) {
        List<SparkPlan> nodes = new ArrayList<>(List.of(plan));
        ScalaCollections.list(plan.children()).forEach(child -> nodes.addAll(nodes(child)));
        return nodes;
    }

    private static Optional<Removal> removal(
            Option<StreamingSymmetricHashJoinHelper.JoinStateWatermarkPredicate> predicate, Seq<Expression> keys) {
        return predicate.isEmpty()
                ? Optional.empty()
                : Optional.of(removal(predicate.get().expr(), keys));
    }

    private static Removal removal(Expression predicate, Seq<Expression> keys) {
        if (predicate instanceof LessThanOrEqual comparison
                && comparison.right() instanceof Literal literal
                && literal.value() instanceof Long micros
                && column(comparison.left(), keys) instanceof Attribute column) {
            return new Removal(column, Math.floorDiv(micros, 1000));
        }
        throw new IllegalStateException("Unknown condition for the removal of rows: " + predicate);
    }

    private static Expression column(Expression compared, Seq<Expression> keys) {
        // The end of a window, or the time itself.
        Expression time = compared instanceof GetStructField end ? end.child() : compared;
        return time instanceof BoundReference key ? keys.apply(key.ordinal()) : time;
    }
}
