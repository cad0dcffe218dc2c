package io.millrace.sinks.jdbc;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Transform;
import io.millrace.core.internal.OwnSteps;
import io.millrace.core.internal.SomeRows;
import java.util.List;
import java.util.Optional;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The sink of a table after steps of its own, of which {@code tableFrom} must know the table.
 *
 * @param table a {@link JdbcUpsert} or a {@link JdbcExactlyOnce}
 * @param branch both, as any sink after steps
 */
record TableBranch(Transform steps, BatchSink table, BatchSink branch) implements BatchSink, OwnSteps, SomeRows {
    /** The table of a sink, with steps or without; empty if it is another sink. */
    static Optional<BatchSink> tableOf(BatchSink sink) {
        BatchSink table = sink instanceof TableBranch branch ? branch.table : sink;
        return table instanceof JdbcUpsert || table instanceof JdbcExactlyOnce ? Optional.of(table) : Optional.empty();
    }

    /** The rows that the table of a sink gets. */
    static Dataset<Row> rowsOf(BatchSink sink, Dataset<Row> rows) {
        return sink instanceof TableBranch branch ? branch.rowsOf(rows) : rows;
    }

    @Override
    public BatchSink after(Transform earlier) {
        notNull("after(steps)", earlier);
        return table.after(earlier.andThen(steps));
    }

    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        return branch.batchesOf(stream);
    }

    @Override
    public Dataset<Row> rowsOf(Dataset<Row> rows) {
        return steps.apply(rows);
    }

    @Override
    public Optional<Column> condition(Dataset<Row> rows) {
        return branch instanceof SomeRows some ? some.condition(rows) : Optional.empty();
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        return branch.check(query);
    }

    @Override
    public List<Problem> notes(PlannedQuery query) {
        return branch.notes(query);
    }

    @Override
    public List<String> targets() {
        return branch.targets();
    }

    @Override
    public String describe() {
        return branch.describe();
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }
}
