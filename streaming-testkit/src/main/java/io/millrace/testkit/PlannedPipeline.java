package io.millrace.testkit;

import io.millrace.core.Pipeline;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Sink;
import io.millrace.core.ValidationException;
import io.millrace.core.internal.Triggers;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.jspecify.annotations.Nullable;

/** A pipeline up to its sink, which the kit replaces. */
final class PlannedPipeline {
    private PlannedPipeline() {}

    /** The rows that its sink would get, and its output mode. */
    static PlannedQuery of(Pipeline pipeline, SparkSession spark) {
        AtomicReference<@Nullable PlannedQuery> planned = new AtomicReference<>();
        Sink recording = new Sink() {
            @Override
            public DataStreamWriter<Row> write(Dataset<Row> rows) {
                return rows.writeStream().format("noop");
            }

            @Override
            public List<Problem> check(PlannedQuery query) {
                planned.set(query);
                return List.of();
            }
        };
        // Not the checkpoint of production, which validation would read.
        try (Checkpoint empty = new Checkpoint()) {
            pipeline.to(recording).checkpointAt(empty.location()).validate(spark);
        } catch (ValidationException e) {
            PlannedQuery refused = planned.get();
            if (refused != null) {
                checkMicroBatches(refused);
            }
            throw e;
        }
        return Objects.requireNonNull(planned.get());
    }

    /** The inputs of a kit, and the sink that stands in, run micro-batches alone. */
    private static void checkMicroBatches(PlannedQuery query) {
        if (query.isRealTime() || query.isContinuous()) {
            String call = query.isRealTime() ? "realTime(..)" : "continuous(..)";
            throw new IllegalArgumentException(Triggers.describe(query.trigger())
                    + ": a step of the kit is a micro-batch. Run the pipeline without " + call
                    + ", and add the call where the job starts.");
        }
    }
}
