package io.millrace.core;

import io.millrace.core.internal.Columns;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/**
 * A source or a transform with the result of its checks.
 *
 * @param call {@code from} or {@code via}
 * @param description the step in one line
 * @param schema the columns after it, if they are known
 * @param problems what is wrong with it
 */
record ValidatedStep(String call, String description, Optional<StructType> schema, List<Problem> problems) {
    /** The step, what is wrong with it, and the columns after it. */
    String describe() {
        StringBuilder text = new StringBuilder();
        text.append("\n  ").append(String.format("%-4s ", call)).append(description);
        problems.forEach(problem -> text.append("\n         refused: ").append(problem));
        return text.append("\n         -> ")
                .append(schema.map(Columns::described).orElse("columns unknown"))
                .toString();
    }
}
