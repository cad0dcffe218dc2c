package io.millrace.core;

import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What became of a step.
 *
 * @param rows what comes out, or would once the problems are solved; empty where nobody can tell
 * @param problems why it is refused; none where it is not
 */
record Outcome(Optional<Dataset<Row>> rows, List<Problem> problems) {
    static Outcome of(Dataset<Row> rows) {
        return new Outcome(Optional.of(rows), List.of());
    }

    static Outcome refused(List<Problem> problems) {
        return new Outcome(Optional.empty(), problems);
    }
}
