package io.millrace.sinks;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Passes each micro-batch to a function of your own, with the id of the batch, in every output mode, but not under the
 * continuous trigger. At least once: a batch that failed is rerun under the same id. Every action on the rows runs the
 * plan of the batch again, so persist them if there is more than one action.
 *
 * <pre>{@code Sinks.foreachBatch((rows, batchId) -> rows.write().insertInto("hits"))}</pre>
 */
public final class ForeachBatchSink implements BatchSink {
    private final VoidFunction2<Dataset<Row>, Long> function;

    ForeachBatchSink(VoidFunction2<Dataset<Row>, Long> function) {
        this.function = function;
    }

    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        notNull("batchesOf(stream)", stream);
        return function;
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        notNull("check(query)", query);
        return Stream.of(
                        query.problemIfContinuous("foreachBatch"),
                        query.problemIfStateIsLost("the target of the function"))
                .flatMap(Optional::stream)
                .toList();
    }

    /** The class of the function, which a lambda does not have. */
    @Override
    public List<String> targets() {
        return List.of("foreachBatch");
    }

    @Override
    public String describe() {
        Class<?> type = function.getClass();
        return type.isHidden() ? "foreachBatch" : "foreachBatch " + type.getName();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ForeachBatchSink sink && function.equals(sink.function);
    }

    @Override
    public int hashCode() {
        return function.hashCode();
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }
}
