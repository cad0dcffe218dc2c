package io.millrace.core;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.millrace.core.internal.Columns;
import io.millrace.core.internal.RowCount;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.MetadataBuilder;

/**
 * A {@link Watermark} that rows ahead of the clock do not move. On a stream they are counted, in the log and by
 * {@link Health}, and dropped unless {@link #keep} says otherwise. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Transforms.withWatermark("hittime", Duration.ofMinutes(10))
 *         .aheadAtMost(Duration.ofMinutes(5), "timestamp")
 *         .keep()
 * }</pre>
 */
public final class BoundedWatermark extends Step {
    /** The name of the function that compares with the start of the batch, in the plan. */
    static final String BY_BATCH = "isAheadOfTheBatch";

    private final Watermark watermark;
    private final EventClock clock;
    private final boolean keeps;

    BoundedWatermark(Watermark watermark, EventClock clock, boolean keeps) {
        this.watermark = watermark;
        this.clock = clock;
        this.keeps = keeps;
    }

    /** Drops rows that are ahead of the clock, which is the default: no window is kept open for them. */
    public BoundedWatermark drop() {
        return new BoundedWatermark(watermark, clock, false);
    }

    /**
     * Keeps rows that are ahead of the clock, each in the windows of its time. Such a window closes when the watermark
     * gets there, in years perhaps: until then append mode does not emit it, and the state holds it.
     */
    public BoundedWatermark keep() {
        return new BoundedWatermark(watermark, clock, true);
    }

    /**
     * The rows that are ahead of the clock, with all their columns, for a query of their own: exactly those that
     * {@link #drop} drops. No watermark is set.
     *
     * @throws IllegalStateException without a column as the clock: two queries read a row in batches that start at
     *     different times, so that one of them could drop it and the other leave it out
     */
    public Transform ahead() {
        if (clock.clock().isEmpty()) {
            throw new IllegalStateException("ahead(): the queries of a route must agree on each row, and their batches"
                    + " start at different times. Name a column of the row as the clock, such as"
                    + " aheadAtMost(limit, \"timestamp\").");
        }
        return Step.of(
                Call.described(describe() + ".ahead()", key()), needs(), rows -> rows.where(clock.isAhead(rows)));
    }

    @Override
    public String describe() {
        return watermark.describe() + clock.describe() + (keeps ? ".keep()" : "");
    }

    @Override
    Object key() {
        return List.of(watermark, clock, keeps);
    }

    @Override
    List<ColumnNeed> needs() {
        List<ColumnNeed> needs = new ArrayList<>(watermark.needs());
        clock.clock().ifPresent(name -> needs.add(ColumnNeed.instant("aheadAtMost", name)));
        return needs;
    }

    @Override
    Dataset<Row> on(Dataset<Row> rows) {
        Dataset<Row> passed = passed(rows);
        return keeps ? withTimesOfTheOthers(passed) : watermark.on(passed);
    }

    private Dataset<Row> passed(Dataset<Row> rows) {
        Column isAhead = clock.isAhead(rows);
        if (!rows.isStreaming()) {
            return keeps ? rows : rows.where(not(isAhead));
        }
        RowCount ahead = RowCount.aheadOfClock(rows.sparkSession(), "withWatermark(" + clock.column() + ")");
        String reason = clock.reason() + (keeps ? "" : "; dropped");
        boolean keep = keeps;
        UDF1<Boolean, Boolean> count = is -> {
            ahead.add(is ? reason : null);
            return keep || !is;
        };
        // Not deterministic, so that Spark neither calls it twice nor moves it.
        return rows.where(functions
                .udf(count, DataTypes.BooleanType)
                .withName(clock.clock().isEmpty() ? BY_BATCH : "isAheadOfTheClock")
                .asNondeterministic()
                .apply(isAhead));
    }

    /**
     * With the watermark of a second column, NULL for rows that are ahead: a NULL does not move it. A time in its
     * place, such as that of the clock, would make the rows of a backlog late. The event time then gets the mark by
     * which stateful steps drop and emit.
     */
    private Dataset<Row> withTimesOfTheOthers(Dataset<Row> rows) {
        String column = clock.column();
        String times = freeName(rows);
        Dataset<Row> marked = watermark.on(
                rows.withColumn(times, when(clock.isAhead(rows), lit(null)).otherwise(Columns.named(rows, column))),
                times);
        Metadata mark = new MetadataBuilder()
                .withMetadata(Columns.find(rows, column).orElseThrow().metadata())
                .withMetadata(Columns.find(marked, times).orElseThrow().metadata())
                .build();
        String name = Columns.find(rows, column).orElseThrow().name();
        return marked.select(Stream.of(rows.columns())
                .map(other -> other.equals(name)
                        ? Columns.named(marked, other).as(other, mark)
                        : Columns.named(marked, other))
                .toArray(Column[]::new));
    }

    private static String freeName(Dataset<Row> rows) {
        String name = "__watermark";
        while (Columns.find(rows, name).isPresent()) {
            name += "_";
        }
        return name;
    }
}
