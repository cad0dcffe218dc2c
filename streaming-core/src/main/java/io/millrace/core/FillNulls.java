package io.millrace.core;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;

import io.millrace.core.internal.ColumnExpressions;
import io.millrace.core.internal.Columns;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StructField;

/**
 * A value in place of each NULL of a column.
 *
 * @param value a text, a number, a boolean or a time, which nobody can change
 */
record FillNulls(String column, Object value) {
    FillNulls {
        value = immutable(value);
        if (value instanceof Column || value instanceof byte[] || !hasLiteral(value)) {
            throw new IllegalArgumentException("fillNulls(" + column + "): Spark has no plain value for a "
                    + value.getClass().getName() + ". Pass a text, a number, a boolean or a time.");
        }
    }

    Step step() {
        return Step.of(
                Call.of("fillNulls", column, value),
                List.of(ColumnNeed.whole("fillNulls", column)),
                rows -> Stream.of(problem(rows), ColumnNames.problemOfWatermark("fillNulls", column, rows))
                        .flatMap(Optional::stream)
                        .toList(),
                rows -> rows.withColumn(column, coalesce(Columns.named(rows, column), literal(type(rows)))));
    }

    private static Object immutable(Object value) {
        if (value instanceof Timestamp timestamp) {
            return timestamp.toInstant();
        }
        return value instanceof Date date ? date.toLocalDate() : value;
    }

    private static boolean hasLiteral(Object value) {
        try {
            // Numbers of any length are written as those of the column.
            return value instanceof Number || ColumnExpressions.typeOf(value) != null;
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** The value as one of {@code type}. */
    private Column literal(DataType type) {
        if (!fits(type)) {
            return lit(null).cast(type); // Refused, but later steps are checked.
        }
        if (!(value instanceof Number number)) {
            return lit(value).cast(type);
        }
        if (type instanceof DoubleType) {
            return lit(Double.parseDouble(number.toString()));
        }
        if (type instanceof FloatType) {
            return lit(Float.parseFloat(number.toString()));
        }
        BigDecimal exact = new BigDecimal(number.toString());
        return type instanceof DecimalType decimal
                ? lit(exact.setScale(decimal.scale())).cast(type)
                : lit(exact.longValueExact()).cast(type);
    }

    private DataType type(Dataset<Row> rows) {
        return Columns.find(rows, column).map(StructField::dataType).orElseThrow();
    }

    private Optional<Problem> problem(Dataset<Row> rows) {
        DataType type = type(rows);
        return fits(type)
                ? Optional.empty()
                : Optional.of(new Problem(
                        "fillNulls",
                        column + ", " + value,
                        "the column is " + type.catalogString() + ", which cannot hold this value as it is",
                        "Pass a value of the type of the column, or cast the column first."));
    }

    private boolean fits(DataType type) {
        if (!(value instanceof Number number)) {
            return ColumnExpressions.typeOf(value).equals(type) && isOfMicroseconds();
        }
        boolean isFraction = type instanceof DoubleType || type instanceof FloatType;
        boolean isFinite =
                !(number instanceof Double || number instanceof Float) || Double.isFinite(number.doubleValue());
        return isFinite ? fits(new BigDecimal(number.toString()), type) : isFraction;
    }

    /** Spark would cut the nanoseconds of a time. */
    private boolean isOfMicroseconds() {
        if (value instanceof Instant instant) {
            return instant.truncatedTo(ChronoUnit.MICROS).equals(instant);
        }
        if (value instanceof LocalDateTime time) {
            return time.truncatedTo(ChronoUnit.MICROS).equals(time);
        }
        return !(value instanceof Duration duration)
                || duration.truncatedTo(ChronoUnit.MICROS).equals(duration);
    }

    /** Whether the type has exactly this number. */
    private static boolean fits(BigDecimal number, DataType type) {
        if (type instanceof DecimalType decimal) {
            BigDecimal plain = number.stripTrailingZeros();
            return plain.scale() <= decimal.scale()
                    && (long) plain.precision() - plain.scale() <= decimal.precision() - decimal.scale();
        }
        if (type instanceof DoubleType) {
            return isExact(Double.toString(number.doubleValue()), number);
        }
        if (type instanceof FloatType) {
            return isExact(Float.toString(number.floatValue()), number);
        }
        int bits = bits(type);
        return bits > 0
                && number.stripTrailingZeros().scale() <= 0
                && number.toBigInteger().bitLength() < bits;
    }

    private static boolean isExact(String nearest, BigDecimal number) {
        return !nearest.endsWith("Infinity") && new BigDecimal(nearest).compareTo(number) == 0;
    }

    private static int bits(DataType type) {
        if (type instanceof LongType) {
            return Long.SIZE;
        }
        if (type instanceof IntegerType) {
            return Integer.SIZE;
        }
        if (type instanceof ShortType) {
            return Short.SIZE;
        }
        return type instanceof ByteType ? Byte.SIZE : 0;
    }
}
