package io.millrace.chaos;

/** What the topic holds, as a function of seed, partition and offset: nobody has to remember what was sent. */
record Truth(long seed) {
    static final int KEYS_PER_PARTITION = 50;
    private static final long AMOUNTS = 1_000_000;

    Event at(int partition, long offset) {
        long bits = mix(mix(seed + partition) + offset);
        int key = partition * KEYS_PER_PARTITION + (int) Long.remainderUnsigned(bits, KEYS_PER_PARTITION);
        return new Event(partition, offset, key, Long.remainderUnsigned(bits >>> 16, AMOUNTS));
    }

    /** The finaliser of SplitMix64: Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014. */
    static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
