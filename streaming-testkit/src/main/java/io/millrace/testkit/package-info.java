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
 *   <li>{@link io.millrace.testkit.TargetFaults}: lets the target of that sink fail between two statements
 *   <li>{@link io.millrace.testkit.TargetLimit}: what the target of that sink cannot hold
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
 *   <li>{@link io.millrace.testkit.StandIns}: the inputs that a job reads instead of its own sources
 *   <li>{@link io.millrace.testkit.Values}: converts values to a schema; {@link io.millrace.testkit.TimeValues}: times
 *       and intervals; {@link io.millrace.testkit.Texts}: texts; {@link io.millrace.testkit.NamedValues}: the values of
 *       a record or bean
 *   <li>{@link io.millrace.testkit.RecordRows}, {@link io.millrace.testkit.BeanRows},
 *       {@link io.millrace.testkit.JsonLines}, {@link io.millrace.testkit.KafkaRows}: convert records, beans, JSON and
 *       Kafka rows
 *   <li>{@link io.millrace.testkit.JsonChecks}: what Spark's reader of JSON would change
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
 *   <li>{@link io.millrace.testkit.BatchReads}, {@link io.millrace.testkit.BatchOperators}: the rows that a batch read,
 *       and what its operators know of event time
 *   <li>{@link io.millrace.testkit.Results}: the whole result of a run
 * </ul>
 *
 * <p>Checks:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.Expectations}: checks a step and writes failures
 *   <li>{@link io.millrace.testkit.StateReader}: reads the rows of a state
 *   <li>{@link io.millrace.testkit.RowDiff}: compares rows; {@link io.millrace.testkit.ComparableValue}: their values
 *   <li>{@link io.millrace.testkit.Matching}: pairs rows; {@link io.millrace.testkit.Tolerances}: by how much numbers
 *       may differ
 *   <li>{@link io.millrace.testkit.TargetColumns}: the columns of a target
 *   <li>{@link io.millrace.testkit.Explanation}: explains missing and late rows, with the help of
 *       {@link io.millrace.testkit.EventTimes}, {@link io.millrace.testkit.OpenWindows},
 *       {@link io.millrace.testkit.JoinExplanation}, {@link io.millrace.testkit.DuplicateExplanation} and
 *       {@link io.millrace.testkit.WatermarkAdvice}
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
 * </ul>
 *
 * <p>Contracts of sinks:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.SinkScenario}: the batches of a test and what its target has to hold
 *   <li>{@link io.millrace.testkit.SinkTrial}, {@link io.millrace.testkit.CrashPoint}: batches that crash, rerun or
 *       arrive late
 *   <li>{@link io.millrace.testkit.SampleRows}, {@link io.millrace.testkit.SampleValues},
 *       {@link io.millrace.testkit.ValueTrial}: rows by the types of columns, and values that break sinks
 *   <li>{@link io.millrace.testkit.PromisedRows}, {@link io.millrace.testkit.OldTimestamps}: what the target
 *       should have
 *   <li>{@link io.millrace.testkit.StatementTrial}, {@link io.millrace.testkit.TargetFault},
 *       {@link io.millrace.testkit.FaultProxy}, {@link io.millrace.testkit.CrashingDriver}: faults between statements
 *   <li>{@link io.millrace.testkit.NewDriver}, {@link io.millrace.testkit.DriverLoader},
 *       {@link io.millrace.testkit.ReloadedWriter}, {@link io.millrace.testkit.StaticFinals}: a driver that shares
 *       nothing with another
 * </ul>
 *
 * <p>What Spark does not publish, used by no other class:
 *
 * <ul>
 *   <li>{@link io.millrace.testkit.SparkQueryInternals}: starts a query
 *   <li>{@link io.millrace.testkit.SparkPlanInternals}: takes plans apart
 *   <li>{@link io.millrace.testkit.SparkSourceInternals}: replaces sources
 *   <li>{@link io.millrace.testkit.SparkClockInternals}: replaces the clock of the machine
 *   <li>{@link io.millrace.testkit.SparkStateInternals}: the first stateful operator of a query
 *   <li>{@link io.millrace.testkit.SparkTraceInternals}: runs a part of a query, and knows which row a result is of
 *   <li>{@link io.millrace.testkit.SparkBatchInternals}: the executed plan of a batch
 *   <li>{@link io.millrace.testkit.SparkRowInternals}: rows in Spark's own format
 * </ul>
 */
@NullMarked
package io.millrace.testkit;

import org.jspecify.annotations.NullMarked;
