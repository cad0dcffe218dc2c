package io.millrace.sinks.jdbc;

import java.math.BigDecimal;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** How many bytes of the heap a row holds: never much less than it does, however its values are nested. */
final class RowWeight {
    /** An object with a field or two, or a primitive in its box. */
    private static final long OBJECT = 24;
    /** A reference. */
    private static final long SLOT = 8;
    /** An entry of a map. */
    private static final long ENTRY = 56;

    private RowWeight() {}

    /** Of a row that waits under its key. */
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

    /** A text is taken for one of two bytes a character, as any letter beyond Latin-1 makes it. */
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
        long weight = OBJECT;
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
