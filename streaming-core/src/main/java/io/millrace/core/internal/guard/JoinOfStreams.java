package io.millrace.core.internal.guard;

import io.millrace.core.internal.spark.ScalaCollections;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.analysis.StreamingJoinHelper;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.EqualNullSafe;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.Inner$;
import org.apache.spark.sql.catalyst.plans.logical.EventTimeWatermark;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.Option;

/**
 * The condition of a join of two streams in the parts that its state depends on: rows wait by the columns that must be
 * equal, those that fail a condition on one side do not wait, and a bound of both sides says how long they wait.
 */
final class JoinOfStreams {
    private static final String DELAY = EventTimeWatermark.delayKey();

    private final Join join;
    private final List<Expression> equalities = new ArrayList<>();
    private final List<Expression> filters = new ArrayList<>();
    private final List<Expression> bounds = new ArrayList<>();

    JoinOfStreams(Join join) {
        this.join = join;
        if (join.condition().isDefined()) {
            split(join.condition().get());
        }
    }

    private void split(Expression condition) {
        if (condition instanceof And both) {
            split(both.left());
            split(both.right());
        } else if (isOf(condition, join.left()) || isOf(condition, join.right())) {
            filters.add(condition);
        } else if (isEquality(condition)) {
            equalities.add(condition);
        } else {
            bounds.add(condition);
        }
    }

    private boolean isEquality(Expression condition) {
        if (!(condition instanceof EqualTo || condition instanceof EqualNullSafe)) {
            return false;
        }
        Expression one = condition.children().apply(0);
        Expression other = condition.children().apply(1);
        return (isOf(one, join.left()) && isOf(other, join.right()))
                || (isOf(one, join.right()) && isOf(other, join.left()));
    }

    private static boolean isOf(Expression expression, LogicalPlan side) {
        return expression.references().subsetOf(side.outputSet());
    }

    /** Whether the rows of old bounds are those of new ones: no row was given out because it found none. */
    boolean isInner() {
        return join.joinType().equals(Inner$.MODULE$);
    }

    List<Expression> equalities() {
        return equalities;
    }

    List<Expression> filters() {
        return filters;
    }

    List<Expression> bounds() {
        return bounds;
    }

    /** Which rows of each side wait: those that are not before the watermark plus these milliseconds, or all. */
    String waiting() {
        return waiting(join.left(), join.right()) + ", " + waiting(join.right(), join.left());
    }

    private String waiting(LogicalPlan side, LogicalPlan other) {
        List<Expression> delayed = new ArrayList<>(ScalaCollections.list(other.output()));
        delayed.removeIf(column -> !((Attribute) column).metadata().contains(DELAY));
        Option<Object> watermark = StreamingJoinHelper.getStateValueWatermark(
                side.outputSet(),
                AttributeSet.apply(ScalaCollections.seq(delayed)),
                join.condition(),
                Option.apply(0L));
        return watermark.isEmpty() ? "all" : String.valueOf(watermark.get());
    }
}
