package io.millrace.testkit;

import io.millrace.core.BoundedWatermark;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.core.WindowedAggregation;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Hits with a time, and what is done with those that are ahead of the clock. */
final class Hits {
    static final String COLUMNS = "zip STRING, time TIMESTAMP";
    static final Duration MINUTES_5 = Duration.ofMinutes(5);
    static final Transform WINDOWS = Transforms.windowedCount("time", Duration.ofMinutes(10));
    static final BoundedWatermark BOUNDED =
            Transforms.withWatermark("time", Duration.ZERO).aheadAtMost(MINUTES_5);
    static final BoundedWatermark BY_COLUMN =
            Transforms.withWatermark("time", Duration.ZERO).aheadAtMost(MINUTES_5, "received");

    private Hits() {}

    static Input<Row> of(StreamKit kit) {
        return kit.rows("hits", COLUMNS);
    }

    /** In windows of ten minutes. */
    static Dataset<Row> counts(Input<Row> hits, Transform watermark) {
        return hits.rows().transform(watermark).transform(WINDOWS);
    }

    /** With a watermark without a delay. */
    static Dataset<Row> windowed(Input<Row> hits, WindowedAggregation windows) {
        return hits.rows()
                .transform(Transforms.withWatermark("time", Duration.ZERO))
                .transform(windows);
    }
}
