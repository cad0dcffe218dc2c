package io.millrace.core;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * The result of trying a step.
 *
 * @param rows the rows after the step, or as they would be without the problems; empty if they are not known
 * @param problems why the step is refused; empty if it is accepted
 */
record Outcome(Optional<Dataset<Row>> rows, List<Problem> problems) {
    static Outcome of(Dataset<Row> rows) {
        return new Outcome(Optional.of(rows), List.of());
    }

    /** What a step of the caller's own returned; refused if that is null. */
    static Outcome of(String call, String step, @Nullable Dataset<Row> rows) {
        return rows == null
                ? refused(List.of(new Problem(call, step, "this step returned null", "Return the rows.")))
                : of(rows);
    }

    static Outcome refused(List<Problem> problems) {
        return new Outcome(Optional.empty(), problems);
    }
}
