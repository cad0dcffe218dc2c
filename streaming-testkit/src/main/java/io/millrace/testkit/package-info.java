/**
 * Deterministic tests for streaming queries, micro-batch by micro-batch in memory.
 *
 * <p>Front doors:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.StreamingTest}: marks a test class and has its settings.
 *   <li>{@link io.millrace.testkit.StreamKit}: creates inputs and runs; the parameter of a test method.
 *   <li>{@link io.millrace.testkit.Input}: a stream that a test feeds.
 *   <li>{@link io.millrace.testkit.StreamRun}: runs a query batch by batch.
 *   <li>{@link io.millrace.testkit.Batch}: gives the rows of one step and checks its outcome.
 *   <li>{@link io.millrace.testkit.KafkaRow}: a record as Spark's Kafka source reads it.
 *   <li>{@link io.millrace.testkit.AnyBatching}: proves that a result does not depend on how rows are cut into batches.
 *   <li>{@link io.millrace.testkit.SinkContract}: proves that a sink keeps its promise.
 * </ul>
 *
 * <p>Session: {@code StreamingTestExtension} opens a kit for each test, {@code KitSession} starts Spark,
 * {@code JvmModules} opens the JVM to it.
 *
 * <p>Inputs: {@code Inputs} has those of a kit, {@code GivenRows} is the source of one; {@code Values} converts rows to a
 * schema; {@code RecordRows}, {@code JsonLines} and {@code KafkaColumns} convert records, JSON and Kafka's records.
 *
 * <p>Runs: {@code StepRunner} runs the steps through a {@code QueryDriver}, which is {@code LiveQuery} for a query and
 * {@code WriterQuery} for a writer; {@code Checkpoint} and {@code MemoryFileSystem} keep the checkpoint in memory.
 *
 * <p>Records: {@code RunRecord} is the record of a run, {@code StepRecord} of a step, {@code BatchRecord} of a
 * micro-batch; {@code Results} computes the whole result.
 *
 * <p>Checks: {@code Expectations} checks and writes failures, {@code RowDiff} compares rows, {@code Explanation} and
 * {@code EventTimes} explain missing and late rows, {@code Causes} shows errors.
 *
 * <p>Timelines: {@code Timeline} writes text, {@code TimelineLanes} and {@code TimelineHtml} draw a page, {@code Golden}
 * compares with a reviewed file; {@code RowText}, {@code TextTable} and {@code Times} format values.
 *
 * <p>Proofs: {@code CrashTrial} and {@code Crashes} for {@code crashEverywhere}, {@code BatchingTrial} and
 * {@code BatchCut} for {@code AnyBatching}, {@code SinkTrial} and {@code CrashPoint} for {@code SinkContract}.
 *
 * <p>Spark's internals: only {@code SparkQueryInternals}, {@code SparkPlanInternals} and {@code SparkRowInternals} use
 * what Spark does not publish.
 */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
