package io.millrace.sinks.jdbc.postgres;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Encodes rows in PostgreSQL's binary COPY format: the output of the {@code send} functions of the types, big-endian.
 */
final class PostgresBuffer {
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private static final BigInteger TEN_THOUSAND = BigInteger.valueOf(10_000);
    private static final short NEGATIVE = 0x4000;

    private byte[] bytes;
    private ByteBuffer view;
    private int size;

    PostgresBuffer(int capacity) {
        bytes = new byte[capacity];
        view = ByteBuffer.wrap(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** Discards everything after {@code size}: a row that could not be encoded. */
    void truncate(int size) {
        this.size = size;
    }

    void header() {
        put(HEADER);
    }

    void trailer() {
        int16(-1);
    }

    void int8(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void int16(int value) {
        reserve(2);
        view.putShort(size, (short) value);
        size += 2;
    }

    void int32(int value) {
        reserve(4);
        view.putInt(size, value);
        size += 4;
    }

    void int64(long value) {
        reserve(8);
        view.putLong(size, value);
        size += 8;
    }

    void nullValue() {
        int32(-1);
    }

    void sized(byte[] value) {
        int32(value.length);
        put(value);
    }

    void put(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    void text(String value) {
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("the text has a NUL character, which PostgreSQL cannot store");
        }
        sized(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Text without its length, for types that wrap it. */
    void rawText(String value) {
        put(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Reserves space for a length that {@link #endSized} fills in. */
    int beginSized() {
        int32(0);
        return size;
    }

    void endSized(int begin) {
        view.putInt(begin - 4, size - begin);
    }

    /** Writes a number as groups of four decimal digits; the first has the weight {@code 10000^weight}. */
    void numeric(BigDecimal value) {
        BigDecimal scaled = value.scale() < 0 ? value.setScale(0) : value;
        int fractionGroups = (scaled.scale() + 3) / 4;
        BigInteger digits = scaled.setScale(fractionGroups * 4).unscaledValue().abs();
        int begin = beginSized();
        short[] groups = groups(digits);
        int16(groups.length);
        int16(groups.length - fractionGroups - 1);
        int16(scaled.signum() < 0 ? NEGATIVE : 0);
        int16(scaled.scale());
        for (short group : groups) {
            int16(group);
        }
        endSized(begin);
    }

    private static short[] groups(BigInteger digits) {
        short[] reversed = new short[digits.bitLength() / 13 + 1];
        int count = 0;
        BigInteger rest = digits;
        while (rest.bitLength() > 63) {
            BigInteger[] parts = rest.divideAndRemainder(TEN_THOUSAND);
            reversed[count++] = parts[1].shortValueExact();
            rest = parts[0];
        }
        for (long small = rest.longValueExact(); small > 0; small /= 10_000) {
            reversed[count++] = (short) (small % 10_000);
        }
        short[] groups = new short[count];
        for (int group = 0; group < count; group++) {
            groups[group] = reversed[count - 1 - group];
        }
        return groups;
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
            view = ByteBuffer.wrap(bytes);
        }
    }
}
