package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.QueryLog;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What {@link Pipeline#rehearse} has run.
 *
 * <pre>{@code
 * Rehearsal rehearsal = pipeline.rehearse(spark);
 * System.out.println(rehearsal); // Rehearsal of "traffic": batch 812, 5000 rows read, 12 rows for the sink, in 640 ms
 * }</pre>
 *
 * @param name that of the pipeline
 * @param batch the id of the batch; empty if there was none to run, since the source had no rows
 * @param rerun whether the batch was planned before, and not committed
 * @param rowsRead from all sources
 * @param rowsForSink that the sink would have got
 * @param duration of the batch
 * @param notes what {@link Pipeline#validate} returns, and what the rehearsal could not try
 */
public record Rehearsal(
        String name,
        OptionalLong batch,
        boolean rerun,
        long rowsRead,
        long rowsForSink,
        Duration duration,
        List<Problem> notes) {
    /** Refuses null. */
    public Rehearsal {
        notNull("Rehearsal(name, batch, duration, notes)", name, batch, duration, notes);
        notes = List.copyOf(notes);
    }

    /** One line about the batch, and one for each note. */
    @Override
    public String toString() {
        return "Rehearsal of \"" + name + "\": " + described()
                + notes.stream()
                        .map(note -> System.lineSeparator() + "  - " + note)
                        .collect(Collectors.joining());
    }

    private String described() {
        if (batch.isEmpty()) {
            return "no batch, since the source has no new rows";
        }
        return "batch " + batch.getAsLong() + (rerun ? ", which was not committed, " : ", ")
                + QueryLog.count(rowsRead, "row") + " read, " + QueryLog.count(rowsForSink, "row")
                + " for the sink, in " + duration.toMillis() + " ms";
    }
}
