package io.millrace.testkit;

import io.millrace.core.internal.spark.SparkLine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.encoders.ExpressionEncoder;
import org.apache.spark.sql.catalyst.encoders.RowEncoder$;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Rows in Spark's own format, which Spark does not publish: to and from rows of its API. */
final class SparkRowInternals {
    private SparkRowInternals() {}

    /** The class of the values of {@code type} in a row of Spark's API. */
    static Class<?> javaClass(DataType type) {
        return RowEncoder$.MODULE$.encoderForDataType(type, false).clsTag().runtimeClass();
    }

    /** A row in Spark's own format, as a query reads it. */
    record EncodedRow(InternalRow row) {}

    /** A partition whose rows the driver's JVM has in memory. */
    interface RowPartition extends InputPartition {
        List<EncodedRow> rows();
    }

    /** Encodes rows whose values have the external types of {@code schema}. */
    static Function<Row, EncodedRow> encoder(StructType schema) {
        return row -> new EncodedRow((InternalRow) Objects.requireNonNull(
                CatalystTypeConverters.createToCatalystConverter(schema).apply(row)));
    }

    static <T> Function<T, EncodedRow> encoder(Encoder<T> encoder) {
        ExpressionEncoder.Serializer<T> serializer =
                SparkLine.expressions(encoder).createSerializer();
        return bean -> new EncodedRow(serializer.apply(bean).copy());
    }

    static List<Row> decode(StructType schema, Collection<EncodedRow> rows) {
        return decodeAll(schema, rows.stream().map(EncodedRow::row).toList());
    }

    static List<Row> decodeAll(StructType schema, Collection<InternalRow> rows) {
        var converter = CatalystTypeConverters.createToScalaConverter(schema);
        List<Row> converted = new ArrayList<>(rows.size());
        rows.forEach(row -> converted.add((Row) converter.apply(row)));
        return converted;
    }

    static List<InternalRow> unwrap(Collection<EncodedRow> rows) {
        return rows.stream().map(EncodedRow::row).toList();
    }

    /** Reads every {@link RowPartition}. */
    static PartitionReaderFactory readerFactory() {
        return partition -> new RowReader(((RowPartition) partition).rows().iterator());
    }

    private static final class RowReader implements PartitionReader<InternalRow> {
        private final Iterator<EncodedRow> rows;
        private @Nullable EncodedRow current;

        RowReader(Iterator<EncodedRow> rows) {
            this.rows = rows;
        }

        @Override
        public boolean next() {
            current = rows.hasNext() ? rows.next() : null;
            return current != null;
        }

        @Override
        public InternalRow get() {
            return Objects.requireNonNull(current).row();
        }

        @Override
        public void close() {}
    }
}
