package io.millrace.sinks;

import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.millrace.core.Problem;
import io.millrace.core.Transform;
import io.millrace.core.ValidationException;
import io.millrace.core.internal.Arguments;
import io.millrace.core.internal.DeadLetterColumns;
import io.millrace.core.internal.SomeRows;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The rows whose records fit into a topic, or the others as dead letters. */
record SizedRows(KafkaSink sink, boolean fitting) implements Transform, SomeRows {
    @Override
    public Dataset<Row> apply(Dataset<Row> rows) {
        Arguments.notNull("apply(rows)", rows);
        List<Problem> problems = sink.problems(rows);
        if (!problems.isEmpty()) {
            throw new ValidationException("Transform " + describe(), problems);
        }
        RecordSize size = size(rows);
        return fitting ? rows.where(not(size.isTooLarge())) : letters(rows.where(size.isTooLarge()), size);
    }

    private Dataset<Row> letters(Dataset<Row> rows, RecordSize size) {
        Map<String, Column> parts = sink.parts(rows);
        Column headers = parts.get("headers");
        Dataset<Row> withHeaders = headers == null ? rows : rows.withColumn("headers", headers);
        return withHeaders.select(DeadLetterColumns.of(
                withHeaders,
                parts.getOrDefault("value", lit(null)),
                parts.getOrDefault("key", lit(null)),
                size.reason()));
    }

    @Override
    public Optional<Column> condition(Dataset<Row> rows) {
        if (!sink.problems(rows).isEmpty()) {
            return Optional.empty();
        }
        Column isTooLarge = size(rows).isTooLarge();
        return Optional.of(fitting ? not(isTooLarge) : isTooLarge);
    }

    private RecordSize size(Dataset<Row> rows) {
        return new RecordSize(sink.parts(rows), sink.limitOfRoutes());
    }

    @Override
    public String describe() {
        return (fitting ? "fitting(" : "oversized(") + String.join(", ", sink.targets()) + ")";
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }
}
