package io.millrace.testkit;

import io.millrace.core.internal.spark.SparkLine;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** Read again, since a number may be kept in several ways. */
    private static String json(String text) {
        return Objects.requireNonNullElse(SparkLine.variantOf(text), text).toString();
    }
}
