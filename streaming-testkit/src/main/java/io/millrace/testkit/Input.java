package io.millrace.testkit;

import io.millrace.core.Source;
import io.millrace.core.internal.Arguments;
import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A stream that a test feeds by hand: a {@link Source} for a pipeline, or {@link #rows()} for a Spark query. Created by
 * a {@link StreamKit} and fed by {@link Batch#given}. It keeps all its rows, so that every batch can be read again.
 *
 * <pre>{@code
 * Input<Order> orders = kit.input("orders", Order.class);
 * kit.run(orders.rows().groupBy("customer").count(), update());
 * }</pre>
 *
 * @param <T> the type of the rows: a bean, a record, {@link Row}, a line of JSON or {@link KafkaRow}
 */
public final class Input<T> implements Source {
    private final SparkSession spark;
    private final GivenRows rows;
    private final Converter<T> converter;
    private @Nullable GivenRows instead;

    /** Converts the rows that {@code call} was given to Spark's own format: all of them, or none. */
    interface Converter<T> {
        List<EncodedRow> rows(String call, List<T> values);
    }

    Input(SparkSession spark, GivenRows rows, Converter<T> converter) {
        this.spark = spark;
        this.rows = rows;
        this.converter = converter;
    }

    /** The stream, in the session of the kit. */
    public Dataset<Row> rows() {
        return load(spark);
    }

    @Override
    public Dataset<Row> load(SparkSession session) {
        GivenRows read = instead;
        return (read == null ? rows : read).stream(session);
    }

    /** Reads other rows from now on; null for its own. */
    void read(@Nullable GivenRows others) {
        instead = others;
    }

    @Override
    public String describe() {
        return "input " + rows.name() + " of a test";
    }

    /** The columns of the stream. */
    public StructType schema() {
        return rows.schema();
    }

    /** As {@link #describe()}, with the columns. */
    @Override
    public String toString() {
        return describe() + ": " + rows.schema().toDDL();
    }

    /**
     * Lets a job that opens its own source read this input: every {@code readStream().format(format)} of the kit's
     * session. That session is the active one of the test, so that {@code SparkSession.builder().getOrCreate()} finds
     * it. Call it before the job.
     *
     * <pre>{@code
     * Input<KafkaRow> hits = kit.kafka("hits").insteadOf("kafka");
     * kit.run(Traffic.counts(kit.spark()), update());
     * }</pre>
     *
     * For a {@code Pipeline}, call {@code kit.run(pipeline, input)}: before a start, its own source asks its brokers.
     * Spark still looks the source up, so Kafka's connector must be on the class path, and a directory of files must
     * exist. The job fails with an {@code IllegalArgumentException} if the columns of its source are others.
     */
    public Input<T> insteadOf(String format) {
        return insteadOf(format, Map.of());
    }

    /** The same as {@link #insteadOf(String)}, for sources with these options alone, such as their topic. */
    public Input<T> insteadOf(String format, Map<String, String> options) {
        Arguments.required("insteadOf", "format", format);
        Arguments.required("insteadOf", "options", options);
        StandIns.of(spark).add(this, format, options);
        return this;
    }

    /**
     * The most rows that one batch reads of this input, as {@code maxOffsetsPerTrigger} limits Spark's Kafka source;
     * unlimited by default. A step then runs as many batches as it needs for its rows.
     *
     * @throws IllegalArgumentException if {@code rows} is less than 1
     */
    public Input<T> maxRowsPerBatch(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException(
                    "maxRowsPerBatch(" + rows + "): a batch reads 1 row or more, so that the query gets on.");
        }
        this.rows.maxRowsPerBatch(rows);
        return this;
    }

    GivenRows given() {
        return rows;
    }

    /** The rows that {@code call} was given, in Spark's own format. */
    List<EncodedRow> convert(String call, List<T> values) {
        return converter.rows(call, values);
    }
}
