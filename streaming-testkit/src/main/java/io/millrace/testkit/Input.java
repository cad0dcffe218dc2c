package io.millrace.testkit;

import io.millrace.core.Source;
import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

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
    private final Function<List<T>, List<EncodedRow>> converter;

    Input(SparkSession spark, GivenRows rows, Function<List<T>, List<EncodedRow>> converter) {
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
        return rows.stream(session);
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

    GivenRows given() {
        return rows;
    }

    List<EncodedRow> convert(List<T> values) {
        return converter.apply(values);
    }
}
