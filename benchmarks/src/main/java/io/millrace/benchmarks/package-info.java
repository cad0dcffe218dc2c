/**
 * The benchmarks of {@code ./bench NAME}: {@code Benchmarks} lists them, and each is a {@code Benchmark} that runs at a
 * {@code Scale}.
 *
 * <ul>
 *   <li>{@code JdbcBenchmark} and {@code MariaDbBenchmark} measure writers ({@code JdbcWriter}). {@code WriteRates}
 *       runs each {@code Measurement}, a {@code MicroBatch} or plain Java, and {@code RateTable} prints them. Millrace,
 *       {@code UserCode} and {@code PlainJdbc} write the same {@code JdbcRows} to a {@code BenchTable}, which is a
 *       {@code PostgresTable} or a {@code MariaDbTable}. {@code WriterHeap} measures memory.
 *   <li>{@code JsonBenchmark} measures the CPU time of each {@code Contender} to parse {@code JsonDocuments}
 *       ({@code CpuTable}, {@code TaskCpu}), {@code LargeJsonBenchmark} to parse a kind of {@code LargeJson}:
 *       {@code GitHubEvents}, {@code Tweets} or {@code DebeziumChanges}, which are made of {@code JsonParts}; {@code
 *       TypesBenchmark} that of their typed fields.
 *   <li>{@code TestkitBenchmark} measures test batches: each {@code TestkitContender} runs a {@code BatchScenario} by a
 *       {@code BatchRunner}, either {@code KitBatches} or {@code PlainSparkBatches}.
 *   <li>{@code JobBenchmark} measures the whole job ({@code JobRun}, {@code JobTable}, {@code Forks}): {@code Hits}
 *       from Kafka to {@code HitTables}, by {@code HitPipelines} of Millrace and by {@code HandWrittenHits}.
 *   <li>{@code LatencyBenchmark} measures how long {@code SentHits} take to arrive ({@code LatencyTable}), by the same
 *       queries and by a {@code ContinuousQuery}.
 *   <li>{@code GrowthBenchmark} measures the same job with more hits and more keys, {@code BatchBenchmark} a
 *       micro-batch with few hits ({@code DurationTable}).
 *   <li>{@code BranchesBenchmark} measures outputs that share a read, and {@code LookupBenchmark} columns of a table
 *       for the rows of a batch.
 *   <li>{@code ConsumerBenchmark} measures settings of Kafka's consumer, and {@code ScalingBenchmark} the tasks that
 *       write to one server: {@code CostTable} prints what a row costs each side ({@code CpuTime}).
 *   <li>{@code RealTimeBenchmark} measures the time from a record of Kafka to its committed row.
 *   <li>{@code KeysBenchmark} (or a sample, {@code FewKeys}) and {@code BadRowsBenchmark} compare sinks with plain SQL
 *       on random rows.
 *   <li>{@code ProofsBenchmark} counts what proofs find. {@code BatchingProofs} runs {@code anyBatching} on
 *       {@code BatchingQueries}. {@code SinkContractProofs} runs the contract of sinks on each {@code PlantedSink} by a
 *       {@code PlantedSinkContract}: {@code PlantedAppends} and {@code PlantedUpserts} into a {@code MemoryTable},
 *       {@code PlantedJdbc} into a {@code PlantedServer}.
 *   <li>{@code GuardBenchmark} holds the checkpoint guard against Spark: {@code GuardTrial} tries each of the
 *       {@code GuardedChanges} in a {@code GuardLab}. A {@code GuardedChange} has a {@code GuardedJob} before and one
 *       after it, and ends in a {@code GuardVerdict}. The changes by theme: {@code GuardedSteps},
 *       {@code GuardedAggregates}, {@code GuardedWindows}, {@code GuardedJoins}, {@code GuardedSources},
 *       {@code GuardedSettings}, and {@code GuardedVariables} of Spark 4, with what their jobs are made of in
 *       {@code GuardedJobs}, {@code GuardedFunction} and {@code GuardedTally}.
 * </ul>
 */
@NullMarked
package io.millrace.benchmarks;

import org.jspecify.annotations.NullMarked;
