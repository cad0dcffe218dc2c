package io.millrace.chaos.checker;

import java.nio.charset.StandardCharsets;

/** One record of the topic. Each key is in one partition only, so that offsets order its events. */
public record Event(int partition, long offset, int key, long amount) {
    /** Returns the record's value: key and amount as text. */
    public byte[] value() {
        return (key + ":" + amount).getBytes(StandardCharsets.UTF_8);
    }

    /** Returns a hash whose XOR identifies a set of events. */
    long hash() {
        return Truth.mix(Truth.mix(Truth.mix(partition) ^ offset) ^ ((long) key << 32) ^ amount);
    }
}
