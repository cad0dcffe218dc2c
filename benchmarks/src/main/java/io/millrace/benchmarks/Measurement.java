package io.millrace.benchmarks;

/** A run of a contender. */
@FunctionalInterface
interface Measurement {
    /** Runs the contender; returns the duration in nanoseconds. */
    long run() throws Exception;
}
