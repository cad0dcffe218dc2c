package io.millrace.sinks.jdbc.lookup;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Reads keys of rows, as objects that are equal if the keys are the same value. */
public final class LookupKeys {
    private final int[] positions;
    private final DataType[] types;

    private LookupKeys(int[] positions, DataType[] types) {
        this.positions = positions;
        this.types = types;
    }

    static LookupKeys of(LookupSpec spec) {
        return new LookupKeys(
                spec.keys().stream().mapToInt(Integer::intValue).toArray(),
                spec.keyTypes().toArray(DataType[]::new));
    }

    /** The key of a row, valid as long as the row; null if a part of it is NULL. */
    @Nullable Object of(InternalRow row) {
        if (positions.length == 1) {
            return part(row, 0);
        }
        List<Object> parts = new ArrayList<>(positions.length);
        for (int index = 0; index < positions.length; index++) {
            Object part = part(row, index);
            if (part == null) {
                return null;
            }
            parts.add(part);
        }
        return parts;
    }

    private @Nullable Object part(InternalRow row, int index) {
        int position = positions[index];
        if (row.isNullAt(position)) {
            return null;
        }
        Object value = row.get(position, types[index]);
        return types[index] instanceof BinaryType ? ByteBuffer.wrap((byte[]) value) : value;
    }

    /** The same key, valid for ever. */
    static Object kept(Object key) {
        if (key instanceof UTF8String text) {
            return text.clone();
        }
        return key instanceof List<?> parts
                ? parts.stream().map(LookupKeys::kept).toList()
                : key;
    }

    /** The parts of a key as objects of Java; null if one is a text that is not valid, which no table has. */
    @Nullable List<Object> plain(Object key) {
        List<?> parts = key instanceof List<?> several ? several : List.of(key);
        List<Object> plain = new ArrayList<>(parts.size());
        for (int index = 0; index < parts.size(); index++) {
            Object part = plain(parts.get(index), types[index]);
            if (part == null) {
                return null;
            }
            plain.add(part);
        }
        return plain;
    }

    /** The columns of a row of a table from {@code first} on as objects of Java; null if one is NULL. */
    public static @Nullable List<Object> plain(InternalRow row, StructType columns, int first) {
        List<Object> plain = new ArrayList<>();
        for (int index = first; index < columns.length(); index++) {
            DataType type = columns.fields()[index].dataType();
            Object part = row.isNullAt(index) ? null : plain(row.get(index, type), type);
            if (part == null) {
                return null;
            }
            plain.add(part);
        }
        return plain;
    }

    private static @Nullable Object plain(Object part, DataType type) {
        if (part instanceof UTF8String text) {
            return decoded(text);
        }
        if (part instanceof Decimal decimal) {
            return decimal.toJavaBigDecimal();
        }
        if (part instanceof ByteBuffer bytes) {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            return copy;
        }
        if (type instanceof DateType) {
            return LocalDate.ofEpochDay((Integer) part);
        }
        return part instanceof Number number ? (Object) number.longValue() : part;
    }

    private static @Nullable String decoded(UTF8String text) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(text.getBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
