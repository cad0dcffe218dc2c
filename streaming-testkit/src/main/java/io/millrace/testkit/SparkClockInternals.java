package io.millrace.testkit;

import io.millrace.core.internal.spark.SparkLine;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.CurrentTimestamp;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.Now;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.jspecify.annotations.Nullable;
import scala.runtime.AbstractPartialFunction;

/** Lets {@code now()} read the clock of the test, by calls that Spark does not publish. */
final class SparkClockInternals {
    private SparkClockInternals() {}

    /** In the sessions made of {@code session} from now on. */
    static void readTheClockOfTestsIn(SparkSession session) {
        SparkLine.addPostHocResolutionRule(session, made -> new BatchTime());
    }

    /** {@code part} as a batch runs it that starts at {@code millis}. */
    static LogicalPlan at(LogicalPlan part, long millis) {
        return part.transformAllExpressions(new AbstractPartialFunction<Expression, Expression>() {
            @Override
            public boolean isDefinedAt(Expression expression) {
                return expression instanceof CurrentTimestamp;
            }

            @Override
            public Expression apply(Expression expression) {
                return new Literal(TimeUnit.MILLISECONDS.toMicros(millis), expression.dataType());
            }
        });
    }

    /** Spark gives a batch its own time by {@code current_timestamp()}, and by {@code now()} that of the machine. */
    private static final class BatchTime extends Rule<LogicalPlan> {
        @Override
        public LogicalPlan apply(LogicalPlan plan) {
            return plan.isStreaming() ? plan.resolveExpressions(new NowAsCurrentTimestamp()) : plan;
        }
    }

    private static final class NowAsCurrentTimestamp extends AbstractPartialFunction<Expression, Expression> {
        private static @Nullable Expression replaced(Expression expression) {
            return expression instanceof Now ? new CurrentTimestamp() : null;
        }

        @Override
        public boolean isDefinedAt(Expression expression) {
            return replaced(expression) != null;
        }

        @Override
        public Expression apply(Expression expression) {
            return Objects.requireNonNull(replaced(expression));
        }
    }
}
