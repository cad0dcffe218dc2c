/**
 * What the modules of Millrace share and no job names: kept out of the API, so that it may change in any version.
 * Nothing here uses {@code io.millrace.core}.
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.Finding}: what a check refuses; callers make a problem of it
 * </ul>
 *
 * <p>Spark's internals, for Spark 3.5. No other class of this package uses what Spark does not publish:
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.SparkInternals}: plans, triggers, running queries, writers, metrics
 *   <li>{@link io.millrace.core.internal.CheckpointFiles}: the files of a checkpoint
 *   <li>{@link io.millrace.core.internal.QueryProperties}: query and batch ids in the local properties of jobs and
 *       tasks
 * </ul>
 *
 * <p>Checks and messages:
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.SparkFormats}: what Spark's own formats take
 *   <li>{@link io.millrace.core.internal.OptionNames}: unknown and misspelt options
 *   <li>{@link io.millrace.core.internal.MissingColumn}: a column that is not there
 *   <li>{@link io.millrace.core.internal.SparkRefusal}: the message of a refusal by Spark
 *   <li>{@link io.millrace.core.internal.SparkInterval}: durations as Spark's intervals
 *   <li>{@link io.millrace.core.internal.Errors}: errors without what their messages may hold
 *   <li>{@link io.millrace.core.internal.ForeachPartitions}: a writer of rows on a batch
 * </ul>
 *
 * <p>Counts of rows that a step cannot use:
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.RowCount}: the accumulator of one step
 *   <li>{@link io.millrace.core.internal.BatchCounts}: the sums of each micro-batch, and their lines in the log
 * </ul>
 */
@NullMarked
package io.millrace.core.internal;

import org.jspecify.annotations.NullMarked;
