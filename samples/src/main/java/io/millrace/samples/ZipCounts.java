package io.millrace.samples;

import static java.time.Duration.ofMinutes;

import io.millrace.core.Pipeline;
import io.millrace.core.Source;
import io.millrace.core.Transforms;

/** Counts page hits by ZIP code in windows of ten minutes, with a watermark of ten minutes. */
public final class ZipCounts {
    private ZipCounts() {}

    /**
     * Returns a pipeline without a sink that counts {@code hits}, JSON with {@code zip} and {@code hittime} in column
     * {@code value}.
     */
    public static Pipeline of(Source hits) {
        return Pipeline.named("zip-counts")
                .from(hits)
                .via(Transforms.jsonFields("value").string("zip", "$.zip").timestamp("hittime", "$.hittime"))
                .via(Transforms.withWatermark("hittime", ofMinutes(10)))
                .via(Transforms.windowedCount("hittime", ofMinutes(10)).by("zip"));
    }
}
