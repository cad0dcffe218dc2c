/**
 * The benchmarks of {@code ./bench NAME}; {@code Benchmarks} lists them.
 *
 * <ul>
 *   <li>{@code JdbcBenchmark} and {@code MariaDbBenchmark} measure writers ({@code WriteRates}, {@code RateTable}) on a
 *       {@code BenchTable}: {@code JdbcRows} written by Millrace, by {@code UserCode} and by {@code PlainJdbc}.
 *   <li>{@code JsonBenchmark} measures the CPU time to parse {@code JsonDocuments} ({@code CpuTable}, {@code TaskCpu}).
 *   <li>{@code TestkitBenchmark} measures test batches: each {@code TestkitContender} runs a {@code BatchScenario} by a
 *       {@code BatchRunner}.
 *   <li>{@code KeysBenchmark} and {@code BadRowsBenchmark} compare sinks with plain SQL on random rows.
 * </ul>
 */
@NullMarked
package io.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
