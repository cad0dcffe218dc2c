package io.millrace.core;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.lit;

import io.millrace.core.internal.ColumnExpressions;
import io.millrace.core.internal.Columns;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
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
 * @param value a value that Spark has a literal for
 */
record FillNulls(String column, Object value) {
    FillNulls {
        try {
            lit(value);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "fillNulls(" + column + "): Spark has no literal for a "
                            + value.getClass().getName() + ". Pass a text, a number, a boolean or a time.",
                    e);
        }
    }

    Step step() {
        return Step.of(
                Call.of("fillNulls", column, value),
                List.of(ColumnNeed.whole("fillNulls", column)),
                rows -> problem(rows).stream().toList(),
                rows -> rows.withColumn(
                        column, coalesce(Columns.named(rows, column), lit(value).cast(type(rows)))));
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
                        "the column is " + type.catalogString() + ", which cannot hold this value of type "
                                + ColumnExpressions.typeOf(value).catalogString(),
                        "Pass a value of the type of the column, or cast the column first."));
    }

    private boolean fits(DataType type) {
        if (!(value instanceof Number number)) {
            return ColumnExpressions.typeOf(value).equals(type);
        }
        boolean isFraction = type instanceof DoubleType || type instanceof FloatType;
        if (isFraction && !Double.isFinite(number.doubleValue())) {
            return true;
        }
        if (number instanceof Float && type instanceof DoubleType) {
            // 0.1f is another number as a double.
            return Double.toString(number.doubleValue()).equals(number.toString());
        }
        return Double.isFinite(number.doubleValue()) && fits(new BigDecimal(number.toString()), type);
    }

    /** Whether the type has exactly this number. */
    private static boolean fits(BigDecimal number, DataType type) {
        if (type instanceof DecimalType decimal) {
            BigDecimal plain = number.stripTrailingZeros();
            return plain.scale() <= decimal.scale()
                    && (long) plain.precision() - plain.scale() <= decimal.precision() - decimal.scale();
        }
        if (type instanceof DoubleType) {
            return BigDecimal.valueOf(number.doubleValue()).compareTo(number) == 0;
        }
        if (type instanceof FloatType) {
            return new BigDecimal(Float.toString(number.floatValue())).compareTo(number) == 0;
        }
        int bits = bits(type);
        return bits > 0
                && number.stripTrailingZeros().scale() <= 0
                && number.toBigInteger().bitLength() < bits;
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
