/**
 * Deterministic tests for streaming queries, micro-batch by micro-batch in memory.
 *
 * <p>Front doors:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.StreamingTest}: marks a test class, with its settings
 *   <li>{@link io.millrace.testkit.StreamKit}: creates inputs and runs
 *   <li>{@link io.millrace.testkit.Input}: a stream that a test feeds
 *   <li>{@link io.millrace.testkit.StreamRun}: runs a query batch by batch
 *   <li>{@link io.millrace.testkit.Batch}: gives the rows of one step and checks its outcome
 *   <li>{@link io.millrace.testkit.KafkaRow}: a record as Spark's Kafka source reads it
 *   <li>{@link io.millrace.testkit.AnyBatching}: proves that a result does not depend on batches
 *   <li>{@link io.millrace.testkit.SinkContract}: proves that a sink keeps its promise
 * </ul>
 *
 * <p>Session:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.StreamingTestExtension}: opens a kit for each test
 *   <li>{@link io.millrace.testkit.KitSession}: starts Spark
 *   <li>{@link io.millrace.testkit.JvmModules}: opens the JVM to Spark
 * </ul>
 *
 * <p>Inputs:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.Inputs}: all inputs of a kit
 *   <li>{@link io.millrace.testkit.GivenRows}: the rows and the Spark source of one input
 *   <li>{@link io.millrace.testkit.Values}: converts values to a schema
 *   <li>{@link io.millrace.testkit.RecordRows}, {@link io.millrace.testkit.JsonLines},
 *       {@link io.millrace.testkit.KafkaRows}: convert records, JSON and Kafka rows
 * </ul>
 *
 * <p>Runs:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.StepRunner}: runs steps through a driver
 *   <li>{@link io.millrace.testkit.QueryDriver}: runs micro-batches
 *   <li>{@link io.millrace.testkit.LiveQuery}, {@link io.millrace.testkit.WriterQuery}: the drivers of a query and of a
 *       writer
 *   <li>{@link io.millrace.testkit.Checkpoint}, {@link io.millrace.testkit.MemoryFileSystem}: the checkpoint in memory
 * </ul>
 *
 * <p>Records:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.RunRecord}, {@link io.millrace.testkit.StepRecord},
 *       {@link io.millrace.testkit.BatchRecord}: a run, its steps, their micro-batches
 *   <li>{@link io.millrace.testkit.Results}: the whole result of a run
 * </ul>
 *
 * <p>Checks:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.Expectations}: checks a step and writes failures
 *   <li>{@link io.millrace.testkit.StateReader}: reads the rows of a state
 *   <li>{@link io.millrace.testkit.RowDiff}: compares rows; {@link io.millrace.testkit.ComparableValue}: their values
 *   <li>{@link io.millrace.testkit.Explanation}, {@link io.millrace.testkit.EventTimes}: explain missing and late rows
 *   <li>{@link io.millrace.testkit.Causes}: the messages of an error
 * </ul>
 *
 * <p>Timelines:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.Timeline}: a run as text
 *   <li>{@link io.millrace.testkit.TimelineLanes}, {@link io.millrace.testkit.TimelineHtml}: a run as a drawn page
 *   <li>{@link io.millrace.testkit.TimeAxis}, {@link io.millrace.testkit.Svg}: the axis and the elements of the drawing
 *   <li>{@link io.millrace.testkit.PlannedPipeline}: a pipeline up to its sink
 *   <li>{@link io.millrace.testkit.Golden}: reviewed files
 *   <li>{@link io.millrace.testkit.RowText}, {@link io.millrace.testkit.TextTable}, {@link io.millrace.testkit.Times}:
 *       format values
 * </ul>
 *
 * <p>Proofs:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.CrashTrial}, {@link io.millrace.testkit.Crashes}: for {@code crashEverywhere}
 *   <li>{@link io.millrace.testkit.BatchingTrial}, {@link io.millrace.testkit.BatchCut}: for {@code AnyBatching}
 *   <li>{@link io.millrace.testkit.SinkTrial}, {@link io.millrace.testkit.CrashPoint}: for {@code SinkContract}
 * </ul>
 *
 * <p>What Spark does not publish, used by no other class:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.SparkQueryInternals}: starts a query
 *   <li>{@link io.millrace.testkit.SparkPlanInternals}: takes plans apart
 *   <li>{@link io.millrace.testkit.SparkRowInternals}: rows in Spark's own format
 * </ul>
 */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
