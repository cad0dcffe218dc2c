package io.millrace.sinks;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.SparkRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Shows the result as a table that is repainted while the stream runs; if the driver's standard output is not a
 * terminal, prints a table for each micro-batch that has rows. Takes every output mode, but not the continuous trigger.
 * For interactive use, not for production. Complete mode shows the whole result, the other modes the rows of the last
 * batch, or with {@link #keyedBy} the newest row of each key. A rerun of a batch is shown again. Immutable: every call
 * returns a copy.
 *
 * <pre>{@code Sinks.display().keyedBy("window_start", "zip").rows(30)}</pre>
 */
public final class DisplaySink implements BatchSink {
    private static final int COLUMN_WIDTH = 40;

    private final int rows;
    private final int columnWidth;
    private final List<String> keys;
    private final Terminal terminal;

    private DisplaySink(int rows, int columnWidth, List<String> keys, Terminal terminal) {
        this.rows = rows;
        this.columnWidth = columnWidth;
        this.keys = List.copyOf(keys);
        this.terminal = terminal;
    }

    static DisplaySink on(Terminal terminal) {
        return new DisplaySink(20, COLUMN_WIDTH, List.of(), terminal);
    }

    /** The greatest number of rows shown. Default 20; fewer than the terminal has lines, or it scrolls. */
    public DisplaySink rows(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("rows(" + rows + "): a table shows at least one row.");
        }
        return new DisplaySink(rows, columnWidth, keys, terminal);
    }

    /** The characters of a value that are shown. Default 40; longer ones are cut. */
    public DisplaySink columnWidth(int characters) {
        if (characters < 2) {
            throw new IllegalArgumentException(
                    "columnWidth(" + characters + "): a value needs at least 2 characters to be readable.");
        }
        return new DisplaySink(rows, characters, keys, terminal);
    }

    /** Keeps the newest row of each key over all batches, the last changed on top: the result in update mode. */
    public DisplaySink keyedBy(String firstColumn, String... moreColumns) {
        notNull("keyedBy(firstColumn, moreColumns)", firstColumn, moreColumns);
        List<String> names = new ArrayList<>(List.of(moreColumns));
        names.add(0, firstColumn);
        return keyedBy(names);
    }

    /** Keeps the newest row of each key over all batches, the last changed on top: the result in update mode. */
    public DisplaySink keyedBy(List<String> columns) {
        notNull("keyedBy(columns)", columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("keyedBy(): name at least one column.");
        }
        return new DisplaySink(rows, columnWidth, columns, terminal);
    }

    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        notNull("batchesOf(stream)", stream);
        DisplayRows shown = new DisplayRows(rows, keyPositions(stream));
        DisplayTable table = new DisplayTable(stream.schema(), columnWidth);
        return (batch, batchId) -> {
            RowSample sample = RowSample.of(batch, rows);
            if (sample.total() > 0) {
                shown.take(sample.rows());
                terminal.show(table.text(batchId, sample.total(), shown.rows()));
            }
        };
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        notNull("check(query)", query);
        List<Problem> problems = new ArrayList<>(
                query.problemIfContinuous("the display").stream().toList());
        query.rows()
                .flatMap(stream -> SparkRefusal.of(() -> RowSample.texts(stream)))
                .ifPresent(reason -> problems.add(
                        new Problem("display", "columns", reason, "Drop or convert the column before the sink.")));
        query.rows()
                .ifPresent(stream -> keys.stream()
                        .filter(key -> Columns.find(stream, key).isEmpty())
                        .forEach(key -> problems.add(
                                Columns.missing("keyedBy", key, stream).as(Problem::new))));
        return problems;
    }

    @Override
    public List<String> targets() {
        return List.of("display");
    }

    @Override
    public String describe() {
        return "display, " + rows + " rows"
                + (columnWidth == COLUMN_WIDTH ? "" : " of " + columnWidth + " characters a column")
                + (keys.isEmpty() ? "" : ", the newest of each " + String.join(", ", keys));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DisplaySink sink
                && rows == sink.rows
                && columnWidth == sink.columnWidth
                && keys.equals(sink.keys)
                && terminal.equals(sink.terminal);
    }

    @Override
    public int hashCode() {
        return Objects.hash(rows, columnWidth, keys, terminal);
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }

    private List<Integer> keyPositions(Dataset<Row> stream) {
        List<String> names = List.of(stream.columns());
        return keys.stream()
                .map(key -> names.indexOf(Columns.find(stream, key)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "keyedBy(" + key + "): " + Columns.reasonIfMissing(stream) + "."))
                        .name()))
                .toList();
    }
}
