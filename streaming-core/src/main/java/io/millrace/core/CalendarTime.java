package io.millrace.core;

import io.millrace.core.internal.CalendarExpression;
import io.millrace.core.internal.Columns;
import java.time.Duration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;

/**
 * Windows of event time by a calendar.
 *
 * @param timeColumn the event time
 */
record CalendarTime(String timeColumn, CalendarWindow window) implements EventWindow {
    @Override
    public ColumnNeed need() {
        return ColumnNeed.instant("windowed", timeColumn);
    }

    /** With the window as a column: Spark finds the watermark in the metadata of columns alone. */
    @Override
    public WindowColumn in(Dataset<Row> rows) {
        Column time = Columns.at(rows, timeColumn);
        Metadata ofTime =
                Columns.find(rows, timeColumn).map(StructField::metadata).orElseGet(Metadata::empty);
        String name = freeName(rows);
        Dataset<Row> windows = rows.where(time.isNotNull())
                .select(functions.col("*"), CalendarExpression.window(time, window.rule(), name, ofTime));
        return new WindowColumn(windows, functions.col(name), name);
    }

    private static String freeName(Dataset<Row> rows) {
        String name = "window";
        while (Columns.find(rows, name).isPresent()) {
            name = "_" + name;
        }
        return name;
    }

    @Override
    public EventWindow every(Duration slide) {
        throw new IllegalStateException("every(" + slide + "): windows of a calendar do not overlap. Leave it out.");
    }

    @Override
    public EventWindow startingAt(Duration offset) {
        throw new IllegalStateException("startingAt(" + offset + "): windows of a calendar start when their first day"
                + " starts. Leave it out, or choose the zone or the first day of the week in CalendarWindow.");
    }

    @Override
    public String describe() {
        return timeColumn + ", " + window + ")";
    }
}
