package io.millrace.testkit;

import io.millrace.core.Pipeline;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Sink;
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
        }
        return Objects.requireNonNull(planned.get());
    }
}
