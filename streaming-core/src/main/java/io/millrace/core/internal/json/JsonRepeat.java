package io.millrace.core.internal.json;

import java.util.Arrays;

/**
 * Skips containers of which one is the same in every document, such as the schema that Kafka Connect and Debezium write
 * before each value: bytes that were JSON are JSON again, and comparing them is ten times as fast as looking at them.
 */
final class JsonRepeat {
    /** Shorter ones are skipped as quickly. */
    private static final int SHORTEST = 256;

    /** Several containers of a document take turns until one of them is the same again. */
    private static final int CHANCES = 4;

    private byte[] container = {};
    private int chances;

    /** As {@link JsonBytes#afterValue}, for a container; {@code last} is the end of the document. */
    int after(byte[] bytes, int at, int last, int depth) {
        int same = at + container.length;
        if (container.length > 0 && same <= last && Arrays.equals(container, 0, container.length, bytes, at, same)) {
            chances = CHANCES;
            return same;
        }
        int end = JsonBytes.afterValue(bytes, at, depth);
        if (end - at >= SHORTEST && --chances < 0) {
            container = Arrays.copyOfRange(bytes, at, end);
            chances = CHANCES;
        }
        return end;
    }
}
