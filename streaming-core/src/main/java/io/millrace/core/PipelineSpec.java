package io.millrace.core;

import io.millrace.core.internal.Options;
import io.millrace.core.internal.Triggers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The settings of a pipeline. Every call returns a copy.
 *
 * @param statePartitions of a new checkpoint; empty for the number of the session
 * @param allowsOldState whether state that other code has made may be used
 * @param options those of Spark's {@code DataStreamWriter}, whose case does not count
 */
record PipelineSpec(
        String name,
        Optional<Source> source,
        List<Transform> transforms,
        Optional<Sink> sink,
        OutputMode outputMode,
        Trigger trigger,
        OptionalInt statePartitions,
        boolean allowsOldState,
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
                OptionalInt.empty(),
                false,
                Options.NONE);
    }

    PipelineSpec from(Source source) {
        return new PipelineSpec(
                name,
                Optional.of(source),
                transforms,
                sink,
                outputMode,
                trigger,
                statePartitions,
                allowsOldState,
                options);
    }

    PipelineSpec via(Transform transform) {
        List<Transform> more = new ArrayList<>(transforms);
        more.add(transform);
        return new PipelineSpec(
                name, source, more, sink, outputMode, trigger, statePartitions, allowsOldState, options);
    }

    PipelineSpec to(Sink sink) {
        return new PipelineSpec(
                name,
                source,
                transforms,
                Optional.of(sink),
                outputMode,
                trigger,
                statePartitions,
                allowsOldState,
                options);
    }

    PipelineSpec outputMode(OutputMode outputMode) {
        return new PipelineSpec(
                name, source, transforms, sink, outputMode, trigger, statePartitions, allowsOldState, options);
    }

    PipelineSpec trigger(Trigger trigger) {
        return new PipelineSpec(
                name, source, transforms, sink, outputMode, trigger, statePartitions, allowsOldState, options);
    }

    PipelineSpec statePartitions(int count) {
        return new PipelineSpec(
                name, source, transforms, sink, outputMode, trigger, OptionalInt.of(count), allowsOldState, options);
    }

    PipelineSpec allowOldState() {
        return new PipelineSpec(name, source, transforms, sink, outputMode, trigger, statePartitions, true, options);
    }

    PipelineSpec option(String key, String value) {
        return new PipelineSpec(
                name,
                source,
                transforms,
                sink,
                outputMode,
                trigger,
                statePartitions,
                allowsOldState,
                options.with(key, value));
    }

    /** With a source that has no effect on where its rows come from. */
    PipelineSpec rehearsed() {
        return source.map(SourceWithChecks::rehearsed).map(this::from).orElse(this);
    }

    /** The checkpoint location that was set. */
    Optional<String> checkpoint() {
        return Optional.ofNullable(options.asMap().get(CHECKPOINT));
    }

    /** The Kafka sources, each as often as it is read. */
    List<KafkaSource> kafkaSources() {
        return source.map(SourceWithChecks::kafkaSources).orElse(List.of());
    }

    /** Output mode, trigger, checkpoint, state partitions and the other options. */
    String describeRun() {
        Options others = options.without(CHECKPOINT::equalsIgnoreCase);
        return outputMode + " mode, " + Triggers.describe(trigger)
                + checkpoint()
                        .map(location -> ", checkpoint at " + Options.shown(location))
                        .orElse("")
                + (statePartitions.isPresent() ? ", " + statePartitions.getAsInt() + " state partitions" : "")
                + (allowsOldState ? ", old state allowed" : "")
                + (others.isEmpty() ? "" : ", options " + others);
    }
}
