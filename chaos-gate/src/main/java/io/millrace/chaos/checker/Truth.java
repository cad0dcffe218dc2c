package io.millrace.chaos.checker;

/** Computes the events of a topic from seed, partition and offset, so that sent events need not be stored. */
public record Truth(long seed) {
    public static final int KEYS_PER_PARTITION = 50;
    private static final long AMOUNTS = 1_000_000;

    public Event at(int partition, long offset) {
        long bits = mix(mix(seed + partition) + offset);
        int key = partition * KEYS_PER_PARTITION + (int) Long.remainderUnsigned(bits, KEYS_PER_PARTITION);
        return new Event(partition, offset, key, Long.remainderUnsigned(bits >>> 16, AMOUNTS));
    }

    /** The finalizer of SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
    static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
