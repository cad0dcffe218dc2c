package io.millrace.core;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A transform that says which columns it needs, so that it can refuse by name, and so that a pipeline can go on looking
 * behind a step that is refused.
 */
abstract class Step implements Transform {
    static Step of(String description, List<ColumnNeed> needs, UnaryOperator<Dataset<Row>> body) {
        return new Step() {
            @Override
            List<ColumnNeed> needs() {
                return needs;
            }

            @Override
            Dataset<Row> on(Dataset<Row> rows) {
                return body.apply(rows);
            }

            @Override
            public String describe() {
                return description;
            }
        };
    }

    /** The columns that it reads. */
    abstract List<ColumnNeed> needs();

    /** The work on rows that have all of {@link #needs()}. */
    abstract Dataset<Row> on(Dataset<Row> rows);

    @Override
    public abstract String describe();

    @Override
    public final Dataset<Row> apply(Dataset<Row> rows) {
        List<Problem> problems = problems(rows);
        if (!problems.isEmpty()) {
            throw new ValidationException("Transform " + describe(), problems);
        }
        return on(rows);
    }

    final List<Problem> problems(Dataset<Row> rows) {
        return needs().stream()
                .map(need -> need.problem(rows))
                .flatMap(Optional::stream)
                .toList();
    }

    /** What comes out once the columns that are missing or of another type are put right. */
    final Dataset<Row> assuming(Dataset<Row> rows) {
        Dataset<Row> repaired = rows;
        for (ColumnNeed need : needs()) {
            if (need.problem(repaired).isPresent()) {
                repaired = need.assumedIn(repaired);
            }
        }
        return on(repaired);
    }
}
