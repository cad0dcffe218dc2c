package io.millrace.testkit;

import io.millrace.core.Pipeline;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Source;
import io.millrace.core.Transform;
import io.millrace.core.internal.Arguments;
import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Creates the inputs of a test and the runs of the query under test. A test method of a {@link StreamingTest} takes it
 * as a parameter; everything created by it ends with the test. Use it in the thread of the test.
 *
 * <pre>{@code
 * @Test
 * void countsHits(StreamKit kit) {
 *     Input<KafkaRow> hits = kit.kafka("hits");
 *     kit.run(Traffic.counts(hits), append())
 *             .batch("one hit", b -> b.given(hits, KafkaRow.value("{}")).emitsNothing());
 * }
 * }</pre>
 */
public final class StreamKit implements AutoCloseable {
    private final SparkSession spark;
    private final String testName;
    private final Inputs inputs;
    private final @Nullable Crashes crashes;
    private final List<StreamRun> runs = new ArrayList<>();
    private final Option<SparkSession> activeBefore = SparkSession.getActiveSession();

    StreamKit(SparkSession spark, int partitions, String testName) {
        this(spark, partitions, testName, null);
        SparkSession.setActiveSession(spark);
    }

    private StreamKit(SparkSession spark, int partitions, String testName, @Nullable Crashes crashes) {
        this.spark = spark;
        this.testName = testName;
        this.inputs = new Inputs(spark, partitions);
        this.crashes = crashes;
    }

    /** Opens a kit outside of JUnit 5, with the defaults of {@link StreamingTest}. Close it after use. */
    public static StreamKit open() {
        @StreamingTest
        final class Defaults {}

        StreamingTest defaults = Objects.requireNonNull(Defaults.class.getAnnotation(StreamingTest.class));
        return new StreamKit(KitSession.open(defaults), defaults.partitions(), "Timeline");
    }

    /** The session of this test, with its own settings, temporary views and queries. */
    public SparkSession spark() {
        return spark;
    }

    /**
     * A row, which a {@link Batch} converts to the schema: {@code row("00:05", "9000", 2)}. {@code row(null)} has one
     * value, NULL.
     */
    public static Row row(@Nullable Object @Nullable ... values) {
        return RowFactory.create(values == null ? new Object[] {null} : values);
    }

    /**
     * {@code "00:05"} as an instant: five past midnight, UTC, on 1 January 2026, the day of every kit. Another day is
     * written {@code "2026-01-02T00:05:00Z"}.
     *
     * @throws IllegalArgumentException if {@code time} is neither
     */
    public static Instant at(String time) {
        Arguments.required("at", "time", time);
        return Times.parse(time);
    }

    /**
     * An input of beans or records, with a column for each property or component: those of a bean are the ones of
     * Spark's {@code Encoders.bean}. A value that its column would change is refused when it is given.
     *
     * @throws IllegalArgumentException if a property or component has no column type
     */
    public <T> Input<T> input(String name, Class<T> type) {
        Arguments.required("input", "type", type);
        if (type.isRecord()) {
            StructType schema = RecordRows.schema(type);
            return input(name, schema, value -> Values.row(value, schema));
        }
        StructType schema = BeanRows.schema(type);
        return input(name, schema, value -> BeanRows.row(value, schema));
    }

    /**
     * An input of rows, with columns such as {@code "zip STRING, hittime TIMESTAMP"}.
     *
     * @throws IllegalArgumentException if a column is of a type that no stream has, such as {@code VARCHAR(5)}
     */
    public Input<Row> rows(String name, String ddl) {
        return rows(name, StructType.fromDDL(Arguments.required("rows", "ddl", ddl)));
    }

    /**
     * An input of rows.
     *
     * @throws IllegalArgumentException if a column is of a type that no stream has, such as {@code VARCHAR(5)}
     */
    public Input<Row> rows(String name, StructType schema) {
        Arguments.required("rows", "schema", schema);
        SparkRowInternals.checkStreamable("rows", name, schema);
        return input(name, schema, value -> Values.row(value, schema));
    }

    /**
     * An input of JSON objects, one per line, with columns such as {@code "zip STRING, hittime TIMESTAMP"}. Names that
     * no column has are allowed, and not read. A line is refused when it is given if it is not one JSON object of these
     * columns, has a name twice, or a column's name in another case, or a value that its column would cut or round.
     */
    public Input<String> json(String name, String ddl) {
        StructType schema = StructType.fromDDL(Arguments.required("json", "ddl", ddl));
        SparkRowInternals.checkStreamable("json", name, schema);
        JsonLines lines = new JsonLines(spark, schema);
        return add(name, schema, (call, values) -> Values.each(call, values, lines::row));
    }

    /** An input with the columns of Spark's Kafka source, without a broker. */
    public Input<KafkaRow> kafka(String name) {
        return kafka(name, false);
    }

    /** The same as {@link #kafka}, with the column {@code headers} of the option {@code includeHeaders}. */
    public Input<KafkaRow> kafkaWithHeaders(String name) {
        return kafka(name, true);
    }

    private Input<KafkaRow> kafka(String name, boolean headers) {
        Arguments.required("kafka", "name", name);
        KafkaRows columns = new KafkaRows(name, headers);
        return add(name, columns.schema(), columns::rows);
    }

    private <T> Input<T> input(String name, StructType schema, Function<T, Row> rows) {
        Function<T, EncodedRow> encoded = rows.andThen(SparkRowInternals.encoder(schema));
        return add(name, schema, (call, values) -> Values.each(call, values, encoded));
    }

    private <T> Input<T> add(String name, StructType schema, Input.Converter<T> converter) {
        return new Input<>(spark, inputs.add(Arguments.required("input", "name", name), schema), converter);
    }

    /**
     * Proves that a crash at any time changes nothing: runs {@code scenario} without a crash, then again with a crash
     * before and after each file that it writes to its checkpoint, and restarts the query each time. Every step must
     * emit the rows of the clean run; a batch that is rerun counts once. After every step of a run of a writer, its
     * target must have the rows that it has in the clean run. The scenario must create its inputs and runs from its
     * parameter, and empty the target of a writer first. Its own expectations are checked in every run, so it must not
     * count batches.
     */
    public void crashEverywhere(Consumer<StreamKit> scenario) {
        Arguments.required("crashEverywhere", "scenario", scenario);
        new CrashTrial(crashing -> play(scenario, crashing)).run();
    }

    private CrashTrial.Play play(Consumer<StreamKit> scenario, Crashes crashing) {
        StreamKit fresh = new StreamKit(spark, inputs.partitions(), testName, crashing);
        return new CrashTrial.Play() {
            @Override
            public void start() {
                scenario.accept(fresh);
            }

            @Override
            public List<RunRecord> runs() {
                return fresh.runs.stream().map(StreamRun::record).toList();
            }

            @Override
            public void close() {
                fresh.close();
            }
        };
    }

    /** Proves that a result does not depend on how rows are cut into batches; see {@link AnyBatching}. */
    public AnyBatching anyBatching() {
        return new AnyBatching(spark);
    }

    /** Runs a Spark query over inputs of this kit. */
    public StreamRun run(Dataset<Row> query, OutputMode mode) {
        Arguments.required("run", "query", query);
        Arguments.required("run", "mode", mode);
        Checkpoint checkpoint = new Checkpoint();
        checkpoint.onWrite(crashes);
        QueryDriver driver =
                new LiveQuery(query, mode, checkpoint, Times.parse("00:00").toEpochMilli());
        return add(checkpoint, new RunRecord(mode, query, null), driver);
    }

    /** Runs only {@code transform}, on {@code source}. */
    public StreamRun run(Source source, Transform transform, OutputMode mode) {
        Arguments.required("run", "source", source);
        Arguments.required("run", "transform", transform);
        return run(source.load(spark).transform(transform), mode);
    }

    /** Runs {@code pipeline} up to its sink in its own output mode, with {@code source} instead of its own source. */
    public StreamRun run(Pipeline pipeline, Source source) {
        Arguments.required("run", "source", source);
        return run(Arguments.required("run", "pipeline", pipeline).from(source));
    }

    /** Runs {@code pipeline}, which must read inputs of this kit, up to its sink. It needs no sink. */
    public StreamRun run(Pipeline pipeline) {
        PlannedQuery planned = PlannedPipeline.of(Arguments.required("run", "pipeline", pipeline), spark);
        return run(planned.rows().orElseThrow(), planned.outputMode());
    }

    /** The same as {@link #run(Pipeline)}, in this output mode. */
    public StreamRun run(Pipeline pipeline, OutputMode mode) {
        Arguments.required("run", "mode", mode);
        return run(Arguments.required("run", "pipeline", pipeline).outputMode(mode));
    }

    /**
     * Runs a writer into its own sink; the kit sets only its trigger and checkpoint. {@link Batch#table} compares the
     * rows that {@code target} returns: by the columns of their schema, or by position if they have none.
     */
    public <T> StreamRun run(DataStreamWriter<T> writer, Supplier<List<Row>> target) {
        return run(WriterQuery.of(Arguments.required("run", "writer", writer)), target);
    }

    /**
     * Runs {@code pipeline} into its own sink, whatever it is; the kit sets only its trigger and checkpoint. The
     * pipeline must read inputs of this kit: {@code pipeline.from(input)}.
     */
    public StreamRun run(Pipeline pipeline, Supplier<List<Row>> target) {
        return run(WriterQuery.of(Arguments.required("run", "pipeline", pipeline), spark), target);
    }

    private StreamRun run(WriterQuery.Start start, Supplier<List<Row>> target) {
        Arguments.required("run", "target", target);
        Checkpoint checkpoint = new Checkpoint();
        checkpoint.onWrite(crashes);
        RunRecord record = new RunRecord(OutputMode.Append(), null, target);
        return add(checkpoint, record, new WriterQuery(start, checkpoint, record::mode));
    }

    private StreamRun add(Checkpoint checkpoint, RunRecord record, QueryDriver driver) {
        StepRunner runner = new StepRunner(record, driver, inputs, crashes, checkpoint);
        StreamRun run = new StreamRun(testName, inputs, checkpoint, record, runner);
        runs.add(run);
        return run;
    }

    /**
     * Ends all runs; the extension of {@link StreamingTest} calls it after each test.
     *
     * @throws AssertionError if nothing checks a step that was given rows; see {@link StreamRun#batch}
     */
    @Override
    public void close() {
        end();
        if (crashes == null) {
            runs.forEach(StreamRun::refuseUncheckedSteps);
        }
    }

    /** As {@link #close()}, after a test that has failed for another reason. */
    void end() {
        runs.forEach(StreamRun::close);
        inputs.close();
        if (crashes == null) {
            restoreActiveSession();
        }
    }

    private void restoreActiveSession() {
        if (activeBefore.isDefined() && !activeBefore.get().sparkContext().isStopped()) {
            SparkSession.setActiveSession(activeBefore.get());
        } else {
            SparkSession.clearActiveSession();
        }
    }
}
