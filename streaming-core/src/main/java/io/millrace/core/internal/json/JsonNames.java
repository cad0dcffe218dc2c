package io.millrace.core.internal.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A map by names, which looks a name up by its bytes in a document, without a string of it. */
final class JsonNames {
    private static final int HASH_FACTOR = 0x9E3779B1;

    private final byte[] @Nullable [] names;
    private final long[] starts;
    private final @Nullable JsonTree[] places;
    private final int mask;

    JsonNames(Map<String, JsonTree> members) {
        int size = Integer.highestOneBit(4 * members.size() + 1);
        names = new byte[size][];
        starts = new long[size];
        places = new JsonTree[size];
        mask = size - 1;
        members.forEach(this::add);
    }

    private void add(String member, JsonTree place) {
        byte[] name = member.getBytes(StandardCharsets.UTF_8);
        if (!new String(name, StandardCharsets.UTF_8).equals(member)) {
            // Half a surrogate pair, which no document has in its bytes.
            return;
        }
        long start = start(Arrays.copyOf(name, name.length + Long.BYTES), 0, name.length);
        int slot = slot(start, name.length);
        while (names[slot] != null) {
            slot = (slot + 1) & mask;
        }
        names[slot] = name;
        starts[slot] = start;
        places[slot] = place;
    }

    /** The place of the name from {@code from} to {@code end}; NULL if there is none. */
    @Nullable JsonTree find(byte[] bytes, int from, int end) {
        int length = end - from;
        long start = start(bytes, from, length);
        int slot = slot(start, length);
        for (byte[] name = names[slot]; name != null; name = names[slot]) {
            if (starts[slot] == start && isSame(name, bytes, from, length)) {
                return places[slot];
            }
            slot = (slot + 1) & mask;
        }
        return null;
    }

    private static boolean isSame(byte[] name, byte[] bytes, int from, int length) {
        return name.length == length
                && (length <= Long.BYTES
                        || Arrays.equals(name, Long.BYTES, length, bytes, from + Long.BYTES, from + length));
    }

    /** The first eight bytes, or as many as there are. */
    private static long start(byte[] bytes, int from, int length) {
        long eight = JsonBytes.eight(bytes, from);
        return length >= Long.BYTES ? eight : eight & ((1L << (Byte.SIZE * length)) - 1);
    }

    private int slot(long start, int length) {
        int hash = ((int) (start >>> 32) * 31 + (int) start + length) * HASH_FACTOR;
        return (hash >>> 16) & mask;
    }
}
