package io.millrace.testkit;

import io.millrace.core.Pipeline;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Transform;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link StreamingTest} works with: inputs to feed by hand, and runs of the query under test. A parameter of the
 * test method, for that test alone; everything made of it ends with the test.
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
    private final List<GivenRows> inputs = new ArrayList<>();
    private final List<StreamRun> runs = new ArrayList<>();
    private int partitions;
    private @Nullable Crashes crashes;

    StreamKit(SparkSession spark, int partitions, String testName) {
        this.spark = spark;
        this.partitions = partitions;
        this.testName = testName;
    }

    /** A kit outside of JUnit 5, with the defaults of {@link StreamingTest}; whoever opens it closes it. */
    public static StreamKit open() {
        @StreamingTest
        final class Defaults {}

        StreamingTest defaults = Objects.requireNonNull(Defaults.class.getAnnotation(StreamingTest.class));
        return new StreamKit(KitSession.open(defaults), defaults.partitions(), "Timeline");
    }

    /** The session of this test, with settings, temporary views and queries of its own. */
    public SparkSession spark() {
        return spark;
    }

    /** A row as a test writes it, for a {@link Batch} to fit to the schema: {@code row("00:05", "9000", 2)}. */
    public static Row row(@Nullable Object... values) {
        return RowFactory.create(values);
    }

    /** {@code "00:05"} as an instant: five past midnight, UTC, on 1 January 2026, the day of every kit. */
    public static Instant at(String time) {
        return Times.parse(time);
    }

    /** An input of beans or records. */
    public <T> Input<T> input(String name, Class<T> type) {
        if (type.isRecord()) {
            StructType schema = RecordRows.schema(type);
            return input(name, schema, value -> Values.row(value, schema));
        }
        var encoder = Encoders.bean(type);
        return add(name, encoder.schema(), each(SparkInternals.fromBeans(encoder)));
    }

    /** An input of rows, with columns such as {@code "zip STRING, hittime TIMESTAMP"}. */
    public Input<Row> rows(String name, String ddl) {
        return rows(name, StructType.fromDDL(ddl));
    }

    /** An input of rows. */
    public Input<Row> rows(String name, StructType schema) {
        return input(name, schema, value -> Values.row(value, schema));
    }

    /** An input of objects in JSON, one a line, with columns such as {@code "zip STRING, hittime TIMESTAMP"}. */
    public Input<String> json(String name, String ddl) {
        StructType schema = StructType.fromDDL(ddl);
        return add(name, schema, new JsonLines(spark, schema)::parse);
    }

    /** An input with the columns of Spark's Kafka source, and no broker. */
    public Input<KafkaRow> kafka(String name) {
        return kafka(name, false);
    }

    /** As {@link #kafka}, with the column {@code headers} that the option {@code includeHeaders} adds. */
    public Input<KafkaRow> kafkaWithHeaders(String name) {
        return kafka(name, true);
    }

    private Input<KafkaRow> kafka(String name, boolean headers) {
        KafkaColumns columns = new KafkaColumns(name, headers);
        return input(name, columns.schema(), columns::row);
    }

    private <T> Input<T> input(String name, StructType schema, Function<T, Row> rows) {
        return add(name, schema, each(rows.andThen(SparkInternals.fromRows(schema))));
    }

    private static <T> Function<List<T>, List<InternalRow>> each(Function<T, InternalRow> converter) {
        return values -> values.stream().map(converter).toList();
    }

    private <T> Input<T> add(String name, StructType schema, Function<List<T>, List<InternalRow>> converter) {
        GivenRows rows = new GivenRows(name, schema, partitions);
        inputs.add(rows);
        return new Input<>(spark, rows, converter);
    }

    /**
     * Proves that a crash at any time changes nothing: plays {@code scenario} once as it is, then again with a crash before
     * and after each file that it writes to its checkpoint, restarting the query each time. Every step must emit the rows
     * of the clean run, a batch that ran twice counting once. The scenario makes its inputs and runs of the kit that it is
     * given; its own expectations hold in every play, except of the number of batches.
     */
    public void crashEverywhere(Consumer<StreamKit> scenario) {
        new CrashTrial(() -> new StreamKit(spark, partitions, testName), scenario).run();
    }

    /** Proves that a result does not depend on how rows fall into batches; see {@link AnyBatching}. */
    public AnyBatching anyBatching() {
        return new AnyBatching(this);
    }

    /** Runs a query of Spark's, of inputs of this kit. */
    public StreamRun run(Dataset<Row> query, OutputMode mode) {
        Checkpoint checkpoint = new Checkpoint();
        checkpoint.onWrite(crashes);
        QueryDriver driver =
                new LiveQuery(query, mode, checkpoint, Times.parse("00:00").toEpochMilli());
        return add(new StreamRun(this, checkpoint, mode, query, driver, null));
    }

    /** Runs {@code transform} alone, on {@code source}. */
    public StreamRun run(Source source, Transform transform, OutputMode mode) {
        return run(source.load(spark).transform(transform), mode);
    }

    /** Runs {@code pipeline} up to its sink, from {@code source} in place of its own, in its own output mode. */
    public StreamRun run(Pipeline pipeline, Source source) {
        return run(pipeline.from(source));
    }

    /** Runs {@code pipeline}, which reads inputs of this kit, up to its sink; without one, up to where it would be. */
    public StreamRun run(Pipeline pipeline) {
        PlannedQuery planned = plan(pipeline);
        return run(planned.rows().orElseThrow(), planned.outputMode());
    }

    /** As {@link #run(Pipeline)}, in this output mode. */
    public StreamRun run(Pipeline pipeline, OutputMode mode) {
        return run(pipeline.outputMode(mode));
    }

    /**
     * Runs a writer as it is, into its own sink; only trigger and checkpoint are the kit's. {@link Batch#table} compares
     * what {@code target} reads.
     */
    public StreamRun run(DataStreamWriter<Row> writer, Supplier<List<Row>> target) {
        Checkpoint checkpoint = new Checkpoint();
        return add(new StreamRun(
                this, checkpoint, OutputMode.Append(), null, new WriterQuery(() -> writer, checkpoint), target));
    }

    private PlannedQuery plan(Pipeline pipeline) {
        AtomicReference<@Nullable PlannedQuery> planned = new AtomicReference<>();
        Sink noted = new Sink() {
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
        // A checkpoint of production is not looked at.
        try (Checkpoint empty = new Checkpoint()) {
            pipeline.to(noted).checkpointAt(empty.location()).validate(spark);
        }
        return Objects.requireNonNull(planned.get());
    }

    private StreamRun add(StreamRun run) {
        runs.add(run);
        return run;
    }

    void partitions(int count) {
        partitions = count;
        spark.conf().set("spark.sql.shuffle.partitions", Integer.toString(count));
        inputs.forEach(input -> input.partitions(count));
    }

    String testName() {
        return testName;
    }

    void crashes(Crashes planted) {
        crashes = planted;
    }

    /** Whether {@code error} is the planted crash, so that the query is to be started again. */
    boolean isPlanted(Exception error) {
        return crashes != null && Crashes.isCauseOf(error);
    }

    /**
     * Has a batch run even where no rows came. A query that starts again runs no batch without data before new data
     * comes, so that windows which the clean run closed would still wait.
     */
    void nudge() {
        inputs.forEach(GivenRows::nudge);
    }

    List<StreamRun> runs() {
        return runs;
    }

    /** Ends all runs; the extension of {@link StreamingTest} calls it behind each test. */
    @Override
    public void close() {
        runs.forEach(StreamRun::close);
        inputs.forEach(GivenRows::close);
    }
}
