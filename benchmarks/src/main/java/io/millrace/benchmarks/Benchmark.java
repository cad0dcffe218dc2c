package io.millrace.benchmarks;

/** A benchmark, which prints its measurements to standard output. */
@FunctionalInterface
interface Benchmark {
    /** Runs the benchmark; returns its result as one line of {@code name.figure=value} pairs, to be printed last. */
    String run(Scale scale) throws Exception;
}
