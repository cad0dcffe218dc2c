package io.millrace.testkit;

import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Writes the steps of a run as text, the same for every execution, so that it can be kept as a reviewed file. */
final class Timeline {
    private static final int MOST_ROWS = 20;

    private Timeline() {}

    /** {@code withoutTime} counts the rows of a step that have no event time. */
    static String text(OutputMode mode, List<StepRecord> steps, ToIntFunction<StepRecord> withoutTime) {
        StringBuilder text = new StringBuilder("Timeline (" + name(mode) + " mode)\n");
        for (StepRecord step : steps) {
            text.append(step.restarted() ? "  -- restarted --\n" : "")
                    .append("  ")
                    .append(step.name())
                    .append('\n');
            for (StepRecord.Given given : step.given()) {
                rows(
                        text,
                        "    in   " + given.input().name() + " ",
                        given.shown(),
                        given.input().schema());
            }
            int timeless = withoutTime.applyAsInt(step);
            if (timeless > 0) {
                text.append("    dropped without an event time: ")
                        .append(timeless)
                        .append('\n');
            }
            step.batches().forEach(batch -> batch(text, batch));
        }
        return text.toString();
    }

    static String name(OutputMode mode) {
        return mode.toString().toLowerCase(Locale.ROOT);
    }

    static String watermark(long millis) {
        return millis == 0 ? "none" : Times.text(millis);
    }

    private static void batch(StringBuilder text, BatchRecord batch) {
        text.append("    batch ").append(batch.id()).append(" (").append(batch.kind());
        text.append(batch.replay() ? ", rerun)" : ")");
        if (batch.watermarks().defined()) {
            text.append(", watermark ")
                    .append(watermark(batch.watermarks().used()))
                    .append(" -> ")
                    .append(watermark(batch.watermarks().next()));
        }
        batch.state()
                .ifPresent(state -> text.append(", late ")
                        .append(state.lateGroups())
                        .append(", state ")
                        .append(state.rows()));
        text.append('\n');
        if (batch.output().isEmpty()) {
            text.append("    out  nothing\n");
        } else {
            // Sorted, because the order of rows is random unless the query sorts.
            List<Row> sorted = batch.output().stream()
                    .sorted((one, other) -> RowText.row(one).compareTo(RowText.row(other)))
                    .toList();
            rows(text, "    out  ", sorted, null);
        }
    }

    private static void rows(StringBuilder text, String label, List<Row> rows, @Nullable StructType schema) {
        rows.stream()
                .limit(MOST_ROWS)
                .forEach(row -> text.append(label).append(shown(row, schema)).append('\n'));
        if (rows.size() > MOST_ROWS) {
            text.append(label)
                    .append("... and ")
                    .append(rows.size() - MOST_ROWS)
                    .append(" more\n");
        }
    }

    /** The row as text; only key and value of a Kafka record. */
    static String shown(Row row, @Nullable StructType schema) {
        if (schema == null || !KafkaRows.isOf(schema)) {
            return RowText.row(row);
        }
        return (row.isNullAt(0) ? "" : RowText.value(row.get(0)) + " = ") + RowText.value(row.get(1));
    }
}
