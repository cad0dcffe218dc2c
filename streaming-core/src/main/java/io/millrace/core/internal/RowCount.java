package io.millrace.core.internal;

import java.io.Serial;
import java.io.Serializable;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.AccumulatorV2;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Counts the rows of a step, and those that it cannot use, task by task; {@link BatchCounts} adds them up on the
 * driver. Spark reports the count of a task when the task has succeeded. Outside of a micro-batch nothing is kept.
 */
public final class RowCount extends AccumulatorV2<String, RowCount.Part> {
    @Serial
    private static final long serialVersionUID = 1L;

    /** Why a step cannot use a row. */
    public enum Fault {
        MALFORMED,
        NO_EVENT_TIME,
        AHEAD_OF_CLOCK
    }

    /** The task of a micro-batch; a rerun of the task has the same place. */
    record Place(String query, String run, long batch, int stage, int partition) implements Serializable {
        static @Nullable Place ofTask() {
            TaskContext task = TaskContext.get();
            if (task == null) {
                return null;
            }
            String query = QueryProperties.queryId(task);
            String batch = QueryProperties.batchId(task);
            return query == null || batch == null
                    ? null
                    : new Place(
                            query,
                            QueryProperties.runId(task),
                            Long.parseLong(batch),
                            task.stageId(),
                            task.partitionId());
        }
    }

    /** The count of a task; {@code reason} is that of its first faulty row. */
    record Part(
            @Nullable Place place,
            Fault fault,
            String step,
            long rows,
            long faulty,
            @Nullable String reason) {}

    private final Fault fault;
    private final String step;
    private final transient @Nullable SparkContext context;
    private @Nullable Place place;
    private long rows;
    private long faulty;
    private @Nullable String reason;

    private RowCount(Fault fault, String step, @Nullable SparkContext context) {
        this.fault = fault;
        this.step = step;
        this.context = context;
    }

    /** Counts the malformed documents of {@code step}. */
    public static RowCount malformed(SparkSession spark, String step) {
        return registered(new RowCount(Fault.MALFORMED, step, spark.sparkContext()), spark);
    }

    /** Counts the rows that {@code step} drops because they have no event time. */
    public static RowCount withoutEventTime(SparkSession spark, String step) {
        return registered(new RowCount(Fault.NO_EVENT_TIME, step, spark.sparkContext()), spark);
    }

    /** Counts the rows whose event time {@code step} takes for wrong, because it is ahead of the clock. */
    public static RowCount aheadOfClock(SparkSession spark, String step) {
        return registered(new RowCount(Fault.AHEAD_OF_CLOCK, step, spark.sparkContext()), spark);
    }

    private static RowCount registered(RowCount count, SparkSession spark) {
        count.register(spark.sparkContext(), Option.empty(), false);
        return count;
    }

    /** Counts one row; {@code why} it cannot be used, NULL if it can. */
    @Override
    public void add(@Nullable String why) {
        if (rows++ == 0) {
            place = Place.ofTask();
        }
        if (why != null && faulty++ == 0) {
            reason = why;
        }
    }

    @Override
    public boolean isZero() {
        return rows == 0;
    }

    @Override
    public RowCount copy() {
        RowCount copy = new RowCount(fault, step, context);
        copy.place = place;
        copy.rows = rows;
        copy.faulty = faulty;
        copy.reason = reason;
        return copy;
    }

    @Override
    public void reset() {
        place = null;
        rows = 0;
        faulty = 0;
        reason = null;
    }

    /** Passes the count of a task on, on the driver. */
    @Override
    public void merge(AccumulatorV2<String, Part> other) {
        BatchCounts.add(id(), other.value(), context);
    }

    @Override
    public Part value() {
        return new Part(place, fault, step, rows, faulty, reason);
    }
}
