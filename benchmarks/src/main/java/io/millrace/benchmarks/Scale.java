package io.millrace.benchmarks;

/** The size of a run. */
enum Scale {
    /** The sizes that figures are published for. */
    FULL,
    /** Tiny sizes, to check that a benchmark works. */
    SMOKE;

    /** Returns the size that applies. */
    int of(int full, int smoke) {
        return this == FULL ? full : smoke;
    }
}
