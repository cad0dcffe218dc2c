package io.millrace.testkit;

import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Writes the steps of a run as text, the same for every execution, so that it can be kept as a reviewed file. */
final class Timeline {
    private static final int MOST_ROWS = 20;

    private Timeline() {}

    static String text(RunRecord run, Explanation explanation) {
        boolean byClock = explanation.showsTheClock();
        IdentityHashMap<StepRecord, List<Row>> withoutTime = explanation.withoutTime(run.steps());
        StringBuilder text = new StringBuilder("Timeline (" + name(run.firstMode()) + " mode)\n");
        OutputMode mode = null;
        for (StepRecord step : run.steps()) {
            boolean changesMode = mode != null && !mode.equals(step.mode()) && !run.isOfWriter();
            mode = step.mode();
            text.append(
                            step.restarted()
                                    ? "  -- restarted" + (changesMode ? " in " + name(mode) + " mode" : "") + " --\n"
                                    : "")
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
            int timeless = withoutTime.getOrDefault(step, List.of()).size();
            if (timeless > 0) {
                text.append("    dropped without an event time: ")
                        .append(timeless)
                        .append('\n');
            }
            long ahead = Explanation.rowsAhead(step);
            if (ahead > 0) {
                text.append("    ahead of the clock: ").append(ahead).append('\n');
            }
            step.batches().forEach(batch -> {
                batch(text, batch, byClock);
                if (!run.isOfWriter()) {
                    output(text, batch);
                }
            });
        }
        explanation.notes().forEach(note -> text.append("  note: ").append(note).append('\n'));
        return text.toString();
    }

    /** What the target of a writer has. */
    static String target(List<Row> rows) {
        StringBuilder text = new StringBuilder();
        rows(text, "  target  ", sorted(rows), null);
        return rows.isEmpty() ? "  target  empty\n" : text.toString();
    }

    // Sorted, because the order of rows is random unless the query sorts.
    private static List<Row> sorted(List<Row> rows) {
        return rows.stream().sorted(Comparator.comparing(RowText::row)).toList();
    }

    static String name(OutputMode mode) {
        return mode.toString().toLowerCase(Locale.ROOT);
    }

    static String watermark(long millis) {
        return millis == 0 ? "none" : Times.text(millis);
    }

    private static void batch(StringBuilder text, BatchRecord batch, boolean byClock) {
        text.append("    batch ").append(batch.id()).append(" (").append(batch.kind());
        text.append(batch.replay() ? ", rerun)" : ")");
        if (byClock) {
            text.append(", clock ").append(Times.text(batch.clock()));
        }
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
    }

    private static void output(StringBuilder text, BatchRecord batch) {
        if (batch.output().isEmpty()) {
            text.append("    out  nothing\n");
        } else {
            rows(text, "    out  ", sorted(batch.output()), null);
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
