package io.millrace.sinks.jdbc;

import io.millrace.core.internal.spark.SparkLine;
import java.math.BigDecimal;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Estimates how many bytes of heap a row takes: never much less than it does, however its values are nested. */
final class RowWeight {
    /** A small object, such as a boxed primitive. */
    private static final long OBJECT = 24;
    /** A reference. */
    private static final long SLOT = 8;
    /** An entry of a map. */
    private static final long ENTRY = 56;

    private RowWeight() {}

    /** The overhead of a pending row and its key. */
    static long of(Row row) {
        return ENTRY + ofFields(row);
    }

    private static long ofFields(Row row) {
        long weight = 2 * OBJECT;
        for (int index = 0; index < row.length(); index++) {
            weight += SLOT + ofValue(row.get(index));
        }
        return weight;
    }

    /** Assumes two bytes per character, which any character beyond Latin-1 causes. */
    private static long ofValue(@Nullable Object value) {
        if (value == null) {
            return 0;
        }
        if (value instanceof String text) {
            return 2 * OBJECT + 2L * text.length();
        }
        if (value instanceof byte[] bytes) {
            return OBJECT + bytes.length;
        }
        if (value instanceof BigDecimal number) {
            return 4 * OBJECT + number.unscaledValue().bitLength() / Byte.SIZE;
        }
        if (value instanceof Row struct) {
            return ofFields(struct);
        }
        return ofMany(value);
    }

    private static long ofMany(Object value) {
        long weight = OBJECT + SparkLine.variantBytes(value);
        if (value instanceof scala.collection.Map<?, ?> map) {
            for (var entries = map.iterator(); entries.hasNext(); ) {
                var entry = entries.next();
                weight += ENTRY + ofValue(entry._1()) + ofValue(entry._2());
            }
        } else if (value instanceof scala.collection.Iterable<?> elements) {
            for (var each = elements.iterator(); each.hasNext(); ) {
                weight += SLOT + ofValue(each.next());
            }
        } else if (value instanceof Iterable<?> elements) {
            for (Object element : elements) {
                weight += SLOT + ofValue(element);
            }
        }
        return weight;
    }
}
