package io.millrace.core;

import io.millrace.core.internal.Triggers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The settings of a pipeline. Every call returns a copy.
 *
 * @param options those of Spark's {@code DataStreamWriter}, whose case does not count
 */
record PipelineSpec(
        String name,
        Optional<Source> source,
        List<Transform> transforms,
        Optional<Sink> sink,
        OutputMode outputMode,
        Trigger trigger,
        NavigableMap<String, String> options) {
    private static final String CHECKPOINT = "checkpointLocation";

    PipelineSpec {
        transforms = List.copyOf(transforms);
        options = Collections.unmodifiableNavigableMap(options);
    }

    static PipelineSpec named(String name) {
        return new PipelineSpec(
                name,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                OutputMode.Append(),
                Trigger.ProcessingTime(0),
                new TreeMap<>(String.CASE_INSENSITIVE_ORDER));
    }

    PipelineSpec from(Source source) {
        return new PipelineSpec(name, Optional.of(source), transforms, sink, outputMode, trigger, options);
    }

    PipelineSpec via(Transform transform) {
        List<Transform> more = new ArrayList<>(transforms);
        more.add(transform);
        return new PipelineSpec(name, source, more, sink, outputMode, trigger, options);
    }

    PipelineSpec to(Sink sink) {
        return new PipelineSpec(name, source, transforms, Optional.of(sink), outputMode, trigger, options);
    }

    PipelineSpec outputMode(OutputMode outputMode) {
        return new PipelineSpec(name, source, transforms, sink, outputMode, trigger, options);
    }

    PipelineSpec trigger(Trigger trigger) {
        return new PipelineSpec(name, source, transforms, sink, outputMode, trigger, options);
    }

    PipelineSpec option(String key, String value) {
        NavigableMap<String, String> more = new TreeMap<>(options);
        more.put(key, value);
        return new PipelineSpec(name, source, transforms, sink, outputMode, trigger, more);
    }

    /** The checkpoint location that was set. */
    Optional<String> checkpoint() {
        return Optional.ofNullable(options.get(CHECKPOINT));
    }

    /** Output mode, trigger and checkpoint. */
    String describeRun() {
        return outputMode + " mode, " + Triggers.describe(trigger)
                + checkpoint().map(location -> ", checkpoint at " + location).orElse("");
    }
}
