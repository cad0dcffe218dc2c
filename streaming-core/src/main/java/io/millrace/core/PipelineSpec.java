package io.millrace.core;

import io.millrace.core.internal.Options;
import io.millrace.core.internal.Triggers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
        Options options) {
    private static final String CHECKPOINT = "checkpointLocation";

    PipelineSpec {
        transforms = List.copyOf(transforms);
    }

    static PipelineSpec named(String name) {
        return new PipelineSpec(
                name,
                Optional.empty(),
                List.of(),
                Optional.empty(),
                OutputMode.Append(),
                Trigger.ProcessingTime(0),
                Options.NONE);
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
        return new PipelineSpec(name, source, transforms, sink, outputMode, trigger, options.with(key, value));
    }

    /** The checkpoint location that was set. */
    Optional<String> checkpoint() {
        return Optional.ofNullable(options.asMap().get(CHECKPOINT));
    }

    /** Output mode, trigger, checkpoint and the other options. */
    String describeRun() {
        Options others = options.without(CHECKPOINT::equalsIgnoreCase);
        return outputMode + " mode, " + Triggers.describe(trigger)
                + checkpoint()
                        .map(location -> ", checkpoint at " + Options.shown(location))
                        .orElse("")
                + (others.isEmpty() ? "" : ", options " + others);
    }
}
