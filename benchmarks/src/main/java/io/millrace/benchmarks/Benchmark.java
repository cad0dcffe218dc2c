package io.millrace.benchmarks;

/** One measurement, which prints its table as it goes. */
@FunctionalInterface
interface Benchmark {
    /** The figures in one line, {@code name.figure=value} each; printed last. */
    String run() throws Exception;
}
