package io.millrace.core.internal;

import io.millrace.core.internal.CalendarRule.Period;
import io.millrace.core.internal.spark.SparkLine;
import java.io.Serial;
import java.io.Serializable;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.TimeWindow;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * {@link CalendarRule} as an expression: a timestamp in, a struct of {@code start} and {@code end} out, NULL for NULL.
 */
public final class CalendarExpression extends StructExpression {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final DataType WINDOW =
            new StructType().add("start", DataTypes.TimestampType).add("end", DataTypes.TimestampType);

    private final Windows windows;

    private CalendarExpression(Expression child, Windows windows) {
        super(child);
        this.windows = windows;
    }

    /**
     * The window of {@code time} under {@code name}, marked as Spark marks its own: so it is dropped and emitted by the
     * watermark of the time, and {@code window_time} takes it.
     *
     * @param ofTime the metadata of the column of the time, with its watermark
     */
    public static Column window(Column time, CalendarRule rule, String name, Metadata ofTime) {
        Metadata marked = new MetadataBuilder()
                .withMetadata(ofTime)
                .putBoolean(TimeWindow.marker(), true)
                .build();
        return SparkLine.column(new CalendarExpression(SparkLine.expression(time), new Windows(rule)))
                .as(name, marked);
    }

    /** The windows of the times, of which the last ones are kept: most rows fall into them. */
    private static final class Windows implements LongFunction<InternalRow>, Serializable {
        @Serial
        private static final long serialVersionUID = 1L;

        private static final int KEPT = 64;
        private static final long DAY = TimeUnit.DAYS.toMicros(1);

        private final CalendarRule rule;
        // Tasks may share it: an entry is immutable, and one that gets lost is computed again.
        private transient Kept @Nullable [] kept;

        private record Kept(Period period, InternalRow row) {}

        Windows(CalendarRule rule) {
            this.rule = rule;
        }

        @Override
        public InternalRow apply(long micros) {
            Kept[] known = kept;
            if (known == null) {
                known = new Kept[KEPT];
                kept = known;
            }
            int slot = (int) Math.floorMod(Math.floorDiv(micros, DAY), (long) KEPT);
            Kept window = known[slot];
            if (window == null || !window.period().has(micros)) {
                Period period = rule.at(micros);
                window = new Kept(period, new GenericInternalRow(new Object[] {period.start(), period.end()}));
                known[slot] = window;
            }
            return window.row();
        }
    }

    @Override
    public String describe() {
        return windows.rule.describe();
    }

    @Override
    public String describe(int field) {
        return describe() + (field == 0 ? ", start" : ", end");
    }

    @Override
    public DataType dataType() {
        return WINDOW;
    }

    @Override
    public @Nullable Object eval(InternalRow input) {
        Object time = child().eval(input);
        return time == null ? null : windows.apply((Long) time);
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        ExprCode time = child().genCode(context);
        String function = context.addReferenceObj("calendarWindows", windows, LongFunction.class.getName());
        return calling(function, time, code);
    }

    @Override
    protected Expression of(Expression column) {
        return new CalendarExpression(column, windows);
    }

    @Override
    public String prettyName() {
        return "calendar_window";
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof CalendarExpression;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CalendarExpression that
                && child().equals(that.child())
                && windows.rule.equals(that.windows.rule);
    }

    @Override
    public int hashCode() {
        return 31 * child().hashCode() + windows.rule.hashCode();
    }
}
