package io.millrace.core.internal;

import io.millrace.core.internal.spark.SparkLine;
import java.io.Serial;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import scala.runtime.AbstractPartialFunction;

/** Columns compared by their expressions. */
public final class ColumnExpressions {
    private ColumnExpressions() {}

    /**
     * Equal for columns that equal calls made. {@code Column.equals} is not: Spark gives each alias and each aggregate
     * an id of its own.
     */
    public static Object key(Column column) {
        return SparkLine.column(SparkLine.expression(column).transform(new WithoutIds()));
    }

    /** Whether the expression gives its result a name. */
    public static boolean isNamed(Column column) {
        return SparkLine.expression(column) instanceof Alias;
    }

    /** The type of the literal that Spark makes of {@code value}. */
    public static DataType typeOf(Object value) {
        return SparkLine.expression(functions.lit(value)).dataType();
    }

    private static final class WithoutIds extends AbstractPartialFunction<Expression, Expression> {
        @Serial
        private static final long serialVersionUID = 1L;

        @Override
        public boolean isDefinedAt(Expression expression) {
            return expression instanceof Alias || expression instanceof AggregateExpression;
        }

        @Override
        public Expression apply(Expression expression) {
            ExprId none = new ExprId(0, new UUID(0, 0));
            if (expression instanceof Alias alias) {
                return new Alias(
                        alias.child(),
                        alias.name(),
                        none,
                        alias.qualifier(),
                        alias.explicitMetadata(),
                        alias.nonInheritableMetadataKeys());
            }
            AggregateExpression aggregate = (AggregateExpression) expression;
            return new AggregateExpression(
                    aggregate.aggregateFunction(), aggregate.mode(), aggregate.isDistinct(), aggregate.filter(), none);
        }
    }
}
