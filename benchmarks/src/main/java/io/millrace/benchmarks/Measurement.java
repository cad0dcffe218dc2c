package io.millrace.benchmarks;

/** One run of a contender. */
@FunctionalInterface
interface Measurement {
    /** Nanoseconds that it took. */
    long run() throws Exception;
}
