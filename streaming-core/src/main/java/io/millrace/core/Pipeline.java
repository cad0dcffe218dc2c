package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.ActiveSession;
import io.millrace.core.internal.CallSites;
import io.millrace.core.internal.LocalCheckpoints;
import io.millrace.core.internal.LocalPaths;
import io.millrace.core.internal.QueryLog;
import io.millrace.core.internal.QueryProperties;
import io.millrace.core.internal.SparkInterval;
import io.millrace.core.internal.StatePartitions;
import io.millrace.core.internal.Triggers;
import io.millrace.core.internal.guard.CheckpointGuard;
import io.millrace.core.internal.spark.RealTimeMode;
import io.millrace.core.internal.spark.SparkVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A source, transforms and a sink, with everything that Spark needs to run them as one query. Immutable: every call
 * returns a copy, so that a pipeline may be the base of several others and may be shared by threads.
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
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);

    private final PipelineSpec spec;

    private Pipeline(PipelineSpec spec) {
        this.spec = spec;
    }

    /** An empty pipeline. The name is that of the query, which Spark's UI, metrics and logs show, in one line. */
    public static Pipeline named(String name) {
        SparkVersion.check();
        notNull("named(name)", name);
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "The name of a pipeline is blank: give it one that the Spark UI can show.");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("The name of a pipeline has a control character, such as a line break,"
                    + " which would split lines of the log. Leave it out.");
        }
        return new Pipeline(PipelineSpec.named(name));
    }

    /** Reads from {@code source}, in place of any source named before. */
    public Pipeline from(Source source) {
        notNull("from(source)", source);
        return new Pipeline(spec.from(source));
    }

    /** Adds {@code transform} after the others. */
    public Pipeline via(Transform transform) {
        notNull("via(transform)", transform);
        return new Pipeline(spec.via(transform));
    }

    /** Writes to {@code sink}, in place of any sink named before. */
    public Pipeline to(Sink sink) {
        notNull("to(sink)", sink);
        return new Pipeline(spec.to(sink));
    }

    /** Which rows of the result each micro-batch gives the sink; see {@link OutputModes}. Default append. */
    public Pipeline outputMode(OutputMode outputMode) {
        notNull("outputMode(outputMode)", outputMode);
        return new Pipeline(spec.outputMode(outputMode));
    }

    /** Starts a micro-batch every {@code interval}, zero for as soon as the last one ends, which is the default. */
    public Pipeline every(Duration interval) {
        notNull("every(interval)", interval);
        return trigger(Trigger.ProcessingTime(milliseconds("every", interval)));
    }

    /** Processes all available rows in as many micro-batches as needed, and ends. */
    public Pipeline availableNow() {
        return trigger(Trigger.AvailableNow());
    }

    /**
     * Processes all available rows in one micro-batch, however many they are, and ends.
     *
     * @deprecated by Spark since 3.4: {@link #availableNow()} keeps the limits of the source and advances the
     *     watermark.
     */
    @Deprecated(since = "0.1.0")
    // Spark's own is deprecated as well, and so is this call.
    @SuppressWarnings({"deprecation", "InlineMeSuggester"})
    public Pipeline once() {
        return trigger(Trigger.Once());
    }

    /**
     * Processes row by row with long-running tasks and commits every {@code interval}. Spark takes Kafka, rate or
     * socket, then select, where and casts, then Kafka, foreach, console, memory or noop.
     */
    public Pipeline continuous(Duration interval) {
        notNull("continuous(interval)", interval);
        SparkInterval.positive("continuous", interval);
        return trigger(Trigger.Continuous(milliseconds("continuous", interval)));
    }

    /**
     * Real-time mode of Spark 4.1 and later: tasks run for {@code batch} and hand each row on as it arrives. Only then
     * the checkpoint moves on, so that a restart reads the rows of the last {@code batch} again, together with later
     * ones: a sink must take a row twice. Spark takes Kafka, then steps without state in {@code outputMode(update())},
     * then Kafka, foreach or console; {@code upsertOn} writes its rows within milliseconds. Each partition of the
     * source needs a core of its own. Spark wants five seconds or more, and a few minutes are usual.
     *
     * @throws UnsupportedOperationException on Spark 3.5
     */
    public Pipeline realTime(Duration batch) {
        notNull("realTime(batch)", batch);
        SparkInterval.positive("realTime", batch);
        milliseconds("realTime", batch);
        return trigger(RealTimeMode.trigger(batch)
                .orElseThrow(
                        () -> SparkVersion.needs4("realTime(" + batch + ")", "real-time mode", "Use every(...).")));
    }

    /** Any trigger of Spark's. */
    public Pipeline trigger(Trigger trigger) {
        notNull("trigger(trigger)", trigger);
        return new Pipeline(spec.trigger(trigger));
    }

    /** Where Spark keeps offsets, commits and state: a path that outlives the driver, one for each query. */
    public Pipeline checkpointAt(String location) {
        notNull("checkpointAt(location)", location);
        if (location.isBlank()) {
            throw new IllegalArgumentException("checkpointAt(\"\"): name a path that outlives the driver.");
        }
        return option("checkpointLocation", location);
    }

    /** The same with a local directory, whatever the default file system is; for one machine only. */
    public Pipeline checkpointAt(Path directory) {
        return checkpointAt(LocalPaths.text("checkpointAt", directory));
    }

    /**
     * In how many partitions a new checkpoint keeps the state of each step that has some, and how many tasks run such a
     * step. Other queries of the session keep their number. Choose 1 to 3 for each core of the executors at the peak,
     * since the number stays for the life of the checkpoint: on an old one this call changes nothing, which
     * {@link #validate} notes. Default {@code spark.sql.shuffle.partitions} of the session, 200 in Spark.
     */
    public Pipeline statePartitions(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("statePartitions(" + count
                    + "): state needs one partition or more. Choose 1 to 3 for each core of the executors.");
        }
        return new Pipeline(spec.statePartitions(count));
    }

    /**
     * Starts on a checkpoint whose state was made by other keys, windows or aggregates, which {@link #validate} refuses
     * otherwise: the new code goes on with the old state, and what it computes of both is for you to judge. Changes
     * that Spark cannot run stay refused. After the first batch the checkpoint counts as made by the new code: leave
     * the call out then. Default: refused.
     */
    public Pipeline allowOldState() {
        return new Pipeline(spec.allowOldState());
    }

    /** An option of Spark's {@link DataStreamWriter}. Spark's plans show it, so it must not be a secret. */
    public Pipeline option(String key, String value) {
        notNull("option(key, value)", key, value);
        if (key.startsWith("spark.")) {
            throw new IllegalArgumentException("option(" + key
                    + "): this is a setting of the session, which Spark ignores here. Call spark.conf().set(...).");
        }
        if (key.equalsIgnoreCase("queryName")) {
            throw new IllegalArgumentException(
                    "option(queryName): the pipeline has a name. Give it this one with Pipeline.named(...).");
        }
        return new Pipeline(spec.option(key, value));
    }

    /** As {@link #option(String, String)}. */
    public Pipeline option(String key, boolean value) {
        return option(key, Boolean.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public Pipeline option(String key, long value) {
        return option(key, Long.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public Pipeline option(String key, double value) {
        return option(key, Double.toString(value));
    }

    /**
     * Refuses what cannot run, without starting anything. Checks the columns of every step, the topics of Kafka's
     * brokers, the sink's target, Spark's own rules for the plan, and what the code would do on an existing checkpoint:
     * what Spark would refuse in its first batch, or would run on state of other keys, windows or aggregates, is
     * refused here, and the checkpoint stays as it is.
     *
     * @return warnings about what runs but may not be what is meant, such as a start offset that a checkpoint
     *     overrides, or a filter that has changed before an aggregate
     * @throws ValidationException with every problem that was found
     */
    public List<Problem> validate(SparkSession spark) {
        notNull("validate(spark)", spark);
        return CallSites.during(spark.sparkContext(), () -> {
            Validation validation = validated(spark);
            validation.accepted();
            return validation.notes();
        });
    }

    /**
     * Validates, then starts the query. What {@link #validate} returns is logged as a warning, except that a checkpoint
     * overrides the start offset. The checkpoint records what the code says, for the next start. Each micro-batch with
     * rows is a line of the log.
     *
     * @return Spark's own handle of the running query
     * @throws ValidationException with every problem that was found; nothing has started
     */
    public StreamingQuery start(SparkSession spark) {
        notNull("start(spark)", spark);
        return CallSites.during(spark.sparkContext(), () -> validateAndStart(spark));
    }

    /**
     * Validates, then runs one micro-batch on a copy of the checkpoint, and drops its rows where the sink would get
     * them: shows before a deployment that this code continues from that checkpoint. Writes to no table and no topic,
     * leaves the checkpoint as it is, and may run while the query itself does. If the checkpoint has a batch that was
     * planned and not committed, that one runs again; otherwise the next one. Continuous and real-time queries are
     * rehearsed in a micro-batch. Functions of your own in the steps and the source run as in the query.
     *
     * <p>The copy is next to the checkpoint, has of the state only what the batch needs, and is removed at the end. It
     * passes through the driver: 10 GB of state take as much space and some minutes.
     *
     * @throws ValidationException with every problem that was found; nothing has run
     * @throws IllegalStateException if the batch fails, with the reason, or if the checkpoint cannot be copied
     */
    public Rehearsal rehearse(SparkSession spark) {
        notNull("rehearse(spark)", spark);
        return CallSites.during(spark.sparkContext(), () -> new RehearsalRun(spec, spark, validated(spark)).result());
    }

    /** Spark takes some settings, such as ANSI mode, from the session of the thread as a step is built. */
    private Validation validated(SparkSession spark) {
        return ActiveSession.with(spark, () -> Validation.of(spec, spark));
    }

    private StreamingQuery validateAndStart(SparkSession spark) {
        Validation validation = validated(spark);
        DataStreamWriter<Row> writer = validation
                .accepted()
                .queryName(spec.name())
                .outputMode(spec.outputMode())
                .trigger(spec.trigger())
                .options(spec.options().asMap());
        validation.warnings().forEach(note -> LOG.warn("Pipeline \"{}\": {}", spec.name(), note));
        LOG.info("Query \"{}\" {}", spec.name(), validation.beginning());
        spec.source()
                .filter(SourceWithChecks.class::isInstance)
                .ifPresent(source -> ((SourceWithChecks) source).beforeStart(spark, validation.query()));
        Optional<String> checkpoint = validation.query().checkpointLocation();
        try {
            validation.guard().ifPresent(CheckpointGuard::record);
            return started(spark, writer, checkpoint);
        } catch (Exception e) { // Scala does not declare that Spark writes to the checkpoint here.
            Exception cause = e instanceof UncheckedIOException unchecked ? unchecked.getCause() : e;
            if (cause instanceof IOException && checkpoint.isPresent()) {
                ValidationException refused = new ValidationException(
                        "Pipeline \"" + spec.name() + "\"",
                        List.of(CheckpointChecks.outOfReach(
                                checkpoint.get(), "the checkpoint cannot be written", cause)));
                refused.addSuppressed(e);
                throw refused;
            }
            throw e;
        }
    }

    private StreamingQuery started(SparkSession spark, DataStreamWriter<Row> writer, Optional<String> checkpoint) {
        return QueryLog.of(spark.sparkContext())
                .following(
                        spark,
                        spec.name(),
                        () -> StatePartitions.during(
                                spark,
                                spec.name(),
                                spec.statePartitions(),
                                () -> LocalCheckpoints.during(spark, checkpoint, () -> measured(spark, writer))));
    }

    private StreamingQuery measured(SparkSession spark, DataStreamWriter<Row> writer) {
        List<QueryFollower> followers =
                List.of(QueryFigures.ofPipeline(spec.name()), new GroupOffsets(spec.name(), spec.kafkaSources()));
        return QueryRuns.following(spark, spec.name(), followers, () -> started(spark, writer));
    }

    // Some of Spark's sinks use the session of the thread.
    private StreamingQuery started(SparkSession spark, DataStreamWriter<Row> writer) {
        return ActiveSession.with(spark, () -> startedInSession(spark, writer));
    }

    private StreamingQuery startedInSession(SparkSession spark, DataStreamWriter<Row> writer) {
        return Triggers.isRealTime(spec.trigger())
                ? QueryProperties.startingRealTime(spark.sparkContext(), () -> started(writer))
                : started(writer);
    }

    private StreamingQuery started(DataStreamWriter<Row> writer) {
        try {
            return writer.start();
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "The query \"" + spec.name()
                            + "\" did not start: the one that ran before it on the same checkpoint did not stop"
                            + " within spark.sql.streaming.stopTimeout. Stop that one and restart.",
                    e);
        }
    }

    PipelineSpec spec() {
        return spec;
    }

    /** The steps from source to sink, a line each, without secrets. */
    public String describe() {
        StringBuilder text = new StringBuilder("Pipeline " + spec.name());
        text.append("\n  from ").append(spec.source().map(Source::describe).orElse("nothing yet"));
        spec.transforms().forEach(step -> text.append("\n  via  ").append(step.describe()));
        return text.append(end(Sink::describeBranches)).toString();
    }

    /** As {@link #describe()}, with the columns after every step and what is wrong with it. Starts nothing. */
    public String describe(SparkSession spark) {
        notNull("describe(spark)", spark);
        StringBuilder text = new StringBuilder("Pipeline " + spec.name());
        Validation validation = validated(spark);
        validation.steps().forEach(step -> text.append(step.describe()));
        return text.append(end(sink ->
                        validation.query().rows().map(sink::describeBranches).orElseGet(sink::describeBranches)))
                .toString();
    }

    /** Whether {@code other} has equal parts and settings. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Pipeline pipeline && spec.equals(pipeline.spec);
    }

    @Override
    public int hashCode() {
        return spec.hashCode();
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }

    private String end(Function<Sink, List<String>> describeBranches) {
        List<String> branches = spec.sink().map(describeBranches).orElse(List.of());
        String to = branches.isEmpty()
                ? spec.sink().map(Sink::describe).orElse("nothing yet")
                : String.join("\n       ", branches);
        return "\n  to   " + to + "\n  in   " + spec.describeRun();
    }

    private static long milliseconds(String call, Duration interval) {
        SparkInterval.notNegative(call, interval);
        if (interval.toNanosPart() % 1_000_000 != 0) {
            throw new IllegalArgumentException(
                    call + "(" + interval + "): Spark counts it in milliseconds. Round the interval to them.");
        }
        return interval.toMillis();
    }
}
