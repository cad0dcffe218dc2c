package io.millrace.testkit;

import io.millrace.core.internal.Arguments;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;

/** Checks by how much numbers of some columns may differ. */
final class Tolerances {
    private Tolerances() {}

    static void checkValue(String column, double tolerance) {
        Arguments.required("tolerance", "column", column);
        if (!(tolerance >= 0) || Double.isInfinite(tolerance)) {
            throw new IllegalArgumentException("tolerance(\"" + column + "\", " + tolerance
                    + "): the most that numbers may differ is 0 or a positive number, such as 0.001.");
        }
    }

    /** Refuses columns that {@code schema} does not have, and those without a number. */
    static void check(Map<String, Double> tolerances, StructType schema) {
        tolerances.forEach((column, tolerance) -> {
            String call = "tolerance(\"" + column + "\", " + tolerance + ")";
            Expectations.checkColumns("tolerance", List.of(column), schema);
            DataType type = schema.apply(column).dataType();
            if (!hasNumber(type)) {
                throw new IllegalArgumentException(
                        call + ": column \"" + column + "\" is " + type.catalogString() + ", which has no number.");
            }
        });
    }

    private static boolean hasNumber(DataType type) {
        if (type instanceof StructType struct) {
            return Arrays.stream(struct.fields()).anyMatch(field -> hasNumber(field.dataType()));
        }
        if (type instanceof MapType map) {
            return hasNumber(map.valueType());
        }
        return type instanceof ArrayType array ? hasNumber(array.elementType()) : type instanceof NumericType;
    }
}
