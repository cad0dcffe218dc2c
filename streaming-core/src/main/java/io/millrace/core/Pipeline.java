package io.millrace.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.jspecify.annotations.Nullable;

/**
 * A source, the transforms behind it and a sink, with everything that Spark needs to run them as one query. Immutable:
 * every call returns a copy, so that a pipeline may serve as the base of several others and may be shared by threads.
 *
 * <pre>{@code
 * StreamingQuery query = Pipeline.named("traffic")
 *         .from(Sources.kafka("localhost:9092").topics("hits"))
 *         .via(Transforms.jsonField("zip", "$.zip"))
 *         .to(Sinks.console())
 *         .every(Duration.ofSeconds(10))
 *         .start(spark);
 * }</pre>
 */
public final class Pipeline {
    private final String name;
    private final @Nullable Source source;
    private final List<Transform> transforms;
    private final @Nullable Sink sink;
    private final OutputMode outputMode;
    private final Trigger trigger;
    private final Map<String, String> options;

    private Pipeline(
            String name,
            @Nullable Source source,
            List<Transform> transforms,
            @Nullable Sink sink,
            OutputMode outputMode,
            Trigger trigger,
            Map<String, String> options) {
        this.name = name;
        this.source = source;
        this.transforms = List.copyOf(transforms);
        this.sink = sink;
        this.outputMode = outputMode;
        this.trigger = trigger;
        this.options = Map.copyOf(options);
    }

    /** An empty pipeline. The name is that of the query, which Spark's UI, metrics and logs show. */
    public static Pipeline named(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "The name of a pipeline is blank: give it one that the Spark UI can show.");
        }
        return new Pipeline(name, null, List.of(), null, OutputMode.Append(), Trigger.ProcessingTime(0), Map.of());
    }

    /** Reads from {@code source}, in place of any source named before. */
    public Pipeline from(Source source) {
        return new Pipeline(name, source, transforms, sink, outputMode, trigger, options);
    }

    /** Adds {@code transform} behind those that are there. */
    public Pipeline via(Transform transform) {
        List<Transform> more = new ArrayList<>(transforms);
        more.add(transform);
        return new Pipeline(name, source, more, sink, outputMode, trigger, options);
    }

    /** Writes to {@code sink}, in place of any sink named before. */
    public Pipeline to(Sink sink) {
        return new Pipeline(name, source, transforms, sink, outputMode, trigger, options);
    }

    /** Which rows of the result each micro-batch gives the sink; see {@link OutputModes}. Default append. */
    public Pipeline outputMode(OutputMode outputMode) {
        return new Pipeline(name, source, transforms, sink, outputMode, trigger, options);
    }

    /** Starts a micro-batch every {@code interval}, zero for as soon as the last one ends, which is the default. */
    public Pipeline every(Duration interval) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("every(" + interval
                    + "): an interval cannot be negative. Use Duration.ZERO for as soon as possible.");
        }
        return trigger(Trigger.ProcessingTime(interval.toMillis()));
    }

    /** Processes all that is there in as many micro-batches as it needs, and ends. */
    public Pipeline availableNow() {
        return trigger(Trigger.AvailableNow());
    }

    /** Any trigger of Spark's. */
    public Pipeline trigger(Trigger trigger) {
        return new Pipeline(name, source, transforms, sink, outputMode, trigger, options);
    }

    /** Where Spark keeps offsets, commits and state: a path that outlives the driver, one for each query. */
    public Pipeline checkpointAt(String location) {
        return option("checkpointLocation", location);
    }

    /** An option of Spark's {@link DataStreamWriter}. */
    public Pipeline option(String key, String value) {
        Map<String, String> more = new LinkedHashMap<>(options);
        more.put(key, value);
        return new Pipeline(name, source, transforms, sink, outputMode, trigger, more);
    }

    /**
     * Refuses what cannot run, starting nothing.
     *
     * @throws ValidationException with every problem that was found
     */
    public void validate(SparkSession spark) {
        plan(spark);
    }

    /**
     * Validates, then starts the query.
     *
     * @return Spark's own handle of the running query
     * @throws ValidationException with every problem that was found; nothing has started then
     */
    public StreamingQuery start(SparkSession spark) {
        Dataset<Row> rows = plan(spark);
        DataStreamWriter<Row> writer = required(sink, "to")
                .write(rows)
                .queryName(name)
                .outputMode(outputMode)
                .trigger(trigger)
                .options(options);
        try {
            return writer.start();
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "The query \"" + name
                            + "\" did not start: the one that ran before it on the same checkpoint did not stop"
                            + " within spark.sql.streaming.stopTimeout. Stop that one, then start again.",
                    e);
        }
    }

    /** The steps from source to sink, a line each, without secrets. */
    public String describe() {
        StringBuilder text = new StringBuilder("Pipeline " + name);
        text.append("\n  from ").append(source == null ? "nothing yet" : source.describe());
        transforms.forEach(transform -> text.append("\n  via  ").append(transform.describe()));
        text.append("\n  to   ").append(sink == null ? "nothing yet" : sink.describe());
        text.append("\n  in   ").append(outputMode).append(" mode, ").append(trigger);
        checkpoint().ifPresent(location -> text.append(", checkpoint at ").append(location));
        return text.toString();
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }

    private Dataset<Row> plan(SparkSession spark) {
        List<Problem> problems = new ArrayList<>();
        Optional<Dataset<Row>> rows = loaded(spark, problems);
        for (Transform transform : transforms) {
            rows = rows.flatMap(before -> after(before, transform, problems));
        }
        PlannedQuery planned = new PlannedQuery(name, rows, outputMode, trigger, checkpoint());
        if (sink == null) {
            problems.add(new Problem("to", "nothing", "the pipeline has no sink", "Call to(Sinks...)."));
        } else {
            problems.addAll(sink.check(planned));
        }
        refuse(problems);
        return rows.orElseThrow();
    }

    private Optional<Dataset<Row>> loaded(SparkSession spark, List<Problem> problems) {
        if (source == null) {
            problems.add(new Problem("from", "nothing", "the pipeline has no source", "Call from(Sources...)."));
            return Optional.empty();
        }
        try {
            return Optional.of(source.load(spark));
        } catch (ValidationException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }

    /** Goes on behind a step that is refused where it can tell what would have come out of it. */
    private static Optional<Dataset<Row>> after(Dataset<Row> rows, Transform transform, List<Problem> problems) {
        if (transform instanceof Step step) {
            List<Problem> ofStep = step.problems(rows);
            problems.addAll(ofStep);
            return Optional.of(ofStep.isEmpty() ? step.on(rows) : step.assuming(rows));
        }
        try {
            return Optional.of(transform.apply(rows));
        } catch (ValidationException e) {
            problems.addAll(e.problems());
            return Optional.empty();
        }
    }

    private void refuse(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new ValidationException("Pipeline \"" + name + "\"", problems);
        }
    }

    private Optional<String> checkpoint() {
        return Optional.ofNullable(options.get("checkpointLocation"));
    }

    private static <T> T required(@Nullable T part, String call) {
        if (part == null) {
            throw new IllegalStateException(call + "(...) was not called");
        }
        return part;
    }
}
