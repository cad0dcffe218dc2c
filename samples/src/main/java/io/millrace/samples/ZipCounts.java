package io.millrace.samples;

import static java.time.Duration.ofMinutes;

import io.millrace.core.Pipeline;
import io.millrace.core.Source;
import io.millrace.core.Transforms;

/** Page hits by ZIP code, in windows of ten minutes that wait ten minutes for stragglers. */
public final class ZipCounts {
    private ZipCounts() {}

    /** Counts {@code hits}, whose column {@code value} is JSON with {@code zip} and {@code hittime}; without a sink yet. */
    public static Pipeline of(Source hits) {
        return Pipeline.named("zip-counts")
                .from(hits)
                .via(Transforms.jsonFields("value").string("zip", "$.zip").timestamp("hittime", "$.hittime"))
                .via(Transforms.withWatermark("hittime", ofMinutes(10)))
                .via(Transforms.windowedCount("hittime", ofMinutes(10)).by("zip"));
    }
}
