package io.millrace.testkit;

import io.millrace.core.internal.spark.SparkLine;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Values that are equal if a test means the same by them, at any depth. */
final class ComparableValue {
    private ComparableValue() {}

    /** Bytes compare by content, decimals without trailing zeros, variants by their JSON. */
    static @Nullable Object of(@Nullable Object value) {
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.stripTrailingZeros();
        }
        if (value instanceof Row row) {
            List<@Nullable Object> parts = new ArrayList<>(row.length());
            for (int column = 0; column < row.length(); column++) {
                parts.add(of(row.get(column)));
            }
            return parts;
        }
        if (value instanceof Iterable<?> list) {
            List<@Nullable Object> parts = new ArrayList<>();
            list.forEach(part -> parts.add(of(part)));
            return parts;
        }
        if (value instanceof Map<?, ?> map) {
            Map<@Nullable Object, @Nullable Object> parts = new HashMap<>();
            map.forEach((key, part) -> parts.put(of(key), of(part)));
            return parts;
        }
        return value == null || SparkLine.variantBytes(value) == 0 ? value : json(value.toString());
    }

    /**
     * Whether two values that {@link #of} has returned are equal but for numbers, at any depth, that differ by up to
     * {@code tolerance}. NaN and the infinities are near themselves alone.
     */
    static boolean isNear(@Nullable Object one, @Nullable Object other, double tolerance) {
        if (Objects.equals(one, other)) {
            return true;
        }
        if (one instanceof Number number && other instanceof Number otherNumber) {
            return isNear(number, otherNumber, tolerance);
        }
        if (one instanceof List<?> list && other instanceof List<?> otherList && list.size() == otherList.size()) {
            return IntStream.range(0, list.size())
                    .allMatch(index -> isNear(list.get(index), otherList.get(index), tolerance));
        }
        return one instanceof Map<?, ?> map
                && other instanceof Map<?, ?> otherMap
                && map.keySet().equals(otherMap.keySet())
                && map.keySet().stream().allMatch(key -> isNear(map.get(key), otherMap.get(key), tolerance));
    }

    private static boolean isNear(Number one, Number other, double tolerance) {
        double value = one.doubleValue();
        double otherValue = other.doubleValue();
        if (!Double.isFinite(value) || !Double.isFinite(otherValue)) {
            return false;
        }
        return exact(one).subtract(exact(other)).abs().compareTo(BigDecimal.valueOf(tolerance)) <= 0;
    }

    /** Without rounding: a long or decimal has more digits than a double. */
    private static BigDecimal exact(Number number) {
        return number instanceof Double || number instanceof Float
                ? BigDecimal.valueOf(number.doubleValue())
                : new BigDecimal(number.toString());
    }

    /** Read again, since a number may be kept in several ways. */
    private static String json(String text) {
        return Objects.requireNonNullElse(SparkLine.variantOf(text), text).toString();
    }
}
