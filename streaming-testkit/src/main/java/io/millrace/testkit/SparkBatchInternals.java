package io.millrace.testkit;

import io.millrace.core.internal.spark.StreamingOperators;
import java.util.Optional;
import org.apache.spark.sql.execution.SparkPlan;

/** Reads the executed plan of a micro-batch. */
final class SparkBatchInternals {
    private SparkBatchInternals() {}

    /** Nothing rather than an error, which would end the query under test. */
    static BatchOperators operators(SparkPlan executed) {
        try {
            return read(executed);
        } catch (RuntimeException | LinkageError e) {
            return BatchOperators.NONE;
        }
    }

    private static BatchOperators read(SparkPlan executed) {
        return new BatchOperators(
                StreamingOperators.watermarks(executed).stream()
                        .map(operator -> new BatchOperators.OperatorWatermark(
                                operator.column().exprId().id(),
                                operator.delay(),
                                operator.latest().isPresent()
                                        ? operator.latest().getAsLong() - operator.delay()
                                        : 0))
                        .toList(),
                StreamingOperators.joins(executed).stream()
                        .map(join -> new BatchOperators.Join(removal(join.left()), removal(join.right())))
                        .toList());
    }

    private static Optional<BatchOperators.Removal> removal(Optional<StreamingOperators.Removal> removal) {
        return removal.map(
                found -> new BatchOperators.Removal(found.column().exprId().id(), found.watermark()));
    }
}
