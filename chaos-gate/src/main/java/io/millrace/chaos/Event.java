package io.millrace.chaos;

import java.nio.charset.StandardCharsets;

/** One record of the topic. A key never comes in two partitions, so that the offset alone orders its events. */
record Event(int partition, long offset, int key, long amount) {
    /** The record's value: key and amount as text. */
    byte[] value() {
        return (key + ":" + amount).getBytes(StandardCharsets.UTF_8);
    }

    /** A hash whose XOR over a set tells sets of events apart. */
    long hash() {
        return Truth.mix(Truth.mix(Truth.mix(partition) ^ offset) ^ ((long) key << 32) ^ amount);
    }
}
