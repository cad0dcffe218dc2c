package io.millrace.testkit;

import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.encoders.RowEncoder$;
import org.apache.spark.sql.catalyst.util.CharVarcharUtils;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Rows in Spark's own format, which Spark does not publish: to and from rows of its API. */
final class SparkRowInternals {
    private SparkRowInternals() {}

    /** Refuses types that Spark refuses in the schema of every stream, so that no job can read them. */
    static void checkStreamable(String call, String input, StructType schema) {
        for (StructField field : schema.fields()) {
            if (CharVarcharUtils.hasCharVarchar(field.dataType())) {
                throw new IllegalArgumentException(call + "(\"" + input + "\", ..): column \"" + field.name() + "\" is "
                        + field.dataType().catalogString() + ", which Spark has in tables alone. A stream has STRING.");
            }
        }
    }

    /** The class of the values of {@code type} in a row of Spark's API. */
    static Class<?> javaClass(DataType type) {
        return RowEncoder$.MODULE$.encoderForDataType(type, false).clsTag().runtimeClass();
    }

    /**
     * The time that Spark reads a {@code Timestamp} as, with the parts of a microsecond that Spark cuts off: before the
     * Gregorian calendar the one of the same name.
     *
     * @throws ArithmeticException if it is out of Spark's range
     */
    static Instant instant(Timestamp timestamp) {
        return DateTimeUtils.microsToInstant(DateTimeUtils.fromJavaTimestamp(timestamp))
                .plusNanos(timestamp.getNanos() % 1000);
    }

    /** The day that Spark reads a {@code Date} as. */
    static LocalDate date(Date date) {
        return LocalDate.ofEpochDay(DateTimeUtils.fromJavaDate(date));
    }

    /** A row in Spark's own format, as a query reads it. */
    record EncodedRow(InternalRow row) {
        @Nullable Object value(int column, DataType type) {
            return row.isNullAt(column) ? null : row.get(column, type);
        }
    }

    /** A partition whose rows the driver's JVM has in memory. */
    interface RowPartition extends InputPartition {
        List<EncodedRow> rows();
    }

    /** Encodes rows whose values have the external types of {@code schema}; refuses NULL where it has none. */
    static Function<Row, EncodedRow> encoder(StructType schema) {
        var converter = CatalystTypeConverters.createToCatalystConverter(schema);
        return row -> {
            Values.checkNulls(row, schema);
            return new EncodedRow((InternalRow) Objects.requireNonNull(converter.apply(row)));
        };
    }

    static List<Row> decode(StructType schema, Collection<EncodedRow> rows) {
        return decodeAll(schema, rows.stream().map(EncodedRow::row).toList());
    }

    static List<Row> decodeAll(StructType schema, Collection<InternalRow> rows) {
        var converter =
                SQLConf.withExistingConf(javaTimes(), () -> CatalystTypeConverters.createToScalaConverter(schema));
        List<Row> converted = new ArrayList<>(rows.size());
        rows.forEach(row -> converted.add((Row) converter.apply(row)));
        return converted;
    }

    /** Settings by which a row has its times as {@code java.time}: {@code java.sql} lacks ten days of 1582. */
    private static SQLConf javaTimes() {
        SQLConf settings = SQLConf.get().clone();
        settings.setConfString("spark.sql.datetime.java8API.enabled", "true");
        return settings;
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
