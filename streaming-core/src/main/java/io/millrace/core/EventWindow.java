package io.millrace.core;

import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** How a {@link WindowedAggregation} cuts event time into windows. */
sealed interface EventWindow permits TimeWindow, CalendarTime {
    /** The event time. */
    String timeColumn();

    /** The type that the event time must have. */
    ColumnNeed need();

    /** {@code rows} with what {@link WindowColumn#column} reads. */
    WindowColumn in(Dataset<Row> rows);

    /** The same windows, of which one starts every {@code slide}. */
    EventWindow every(Duration slide);

    /** The same windows, the first of which starts {@code offset} after 1970-01-01T00:00:00Z. */
    EventWindow startingAt(Duration offset);

    /** The arguments of the call, and those that follow. */
    String describe();
}
