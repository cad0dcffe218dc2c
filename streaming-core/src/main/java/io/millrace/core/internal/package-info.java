/**
 * What the modules of Millrace share and no job names: kept out of the API, so that it may change in any version.
 * Nothing here uses {@code io.millrace.core}.
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.Finding}: what a check refuses; callers make a problem of it
 * </ul>
 *
 * <p>Spark's internals, as far as they are the same in all lines of Spark; {@link io.millrace.core.internal.spark} has
 * the rest. No other class of this package uses what Spark does not publish:
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.StreamingPlan}: what Spark refuses about a plan, and whether it is stateful
 *   <li>{@link io.millrace.core.internal.Triggers}: the kinds of triggers
 *   <li>{@link io.millrace.core.internal.WriterSettings}: the format and the options of a writer
 *   <li>{@link io.millrace.core.internal.FileFormatOptions}: the options of file formats
 *   <li>{@link io.millrace.core.internal.RunningQueries}: running queries, and how to stop them between batches
 *   <li>{@link io.millrace.core.internal.CheckpointState} and {@link io.millrace.core.internal.CheckpointFiles}: what
 *       a query continues from, and the files of a checkpoint; {@link io.millrace.core.internal.CheckpointCopy}: a copy
 *       of them for a rehearsal
 *   <li>{@link io.millrace.core.internal.LocalCheckpoints} and {@link io.millrace.core.internal.StatePartitions}: what
 *       one query gets at its start and the others of its session do not
 *   <li>{@link io.millrace.core.internal.SparkMetrics}: Spark's metrics system,
 *       {@link io.millrace.core.internal.MetricName}: the names in it, and
 *       {@link io.millrace.core.internal.ShownMetrics}: those that are in it for some time
 *   <li>{@link io.millrace.core.internal.TaskReports}: what tasks report to the driver
 *   <li>{@link io.millrace.core.internal.TableStream}: a stream of Spark's interface of sources, given as a value
 *   <li>{@link io.millrace.core.internal.PartitionRows}: columns that are computed from all rows of a partition
 *   <li>{@link io.millrace.core.internal.CalendarExpression}: windows of a calendar, by the dates of
 *       {@link io.millrace.core.internal.CalendarRule}
 *   <li>{@link io.millrace.core.internal.StructExpression}: what expressions of Millrace's own share
 *   <li>{@link io.millrace.core.internal.UnstableFilters}: conditions on the time of day or on chance, and
 *       {@link io.millrace.core.internal.EmptyRows}: batches that are known to be empty before they run
 *   <li>{@link io.millrace.core.internal.NeededColumns}: the columns that branches read, by plans of
 *       {@link io.millrace.core.internal.PlannedRows}, and {@link io.millrace.core.internal.PersistedRows}: their rows,
 *       computed once
 *   <li>{@link io.millrace.core.internal.ProgressTime}: the times in the progress of a query
 *   <li>{@link io.millrace.core.internal.QueryProperties}: query and batch ids in the local properties of jobs and
 *       tasks
 * </ul>
 *
 * <p>Checks and messages:
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.SparkFormats}: what Spark's own formats take
 *   <li>{@link io.millrace.core.internal.Options}: options whose case does not count, shown without secrets
 *   <li>{@link io.millrace.core.internal.OptionNames}: unknown and misspelt options
 *   <li>{@link io.millrace.core.internal.Columns}: columns by name, missing ones, and those of a wrong type
 *   <li>{@link io.millrace.core.internal.DeadLetterColumns}: the columns of a row that cannot be used
 *   <li>{@link io.millrace.core.internal.Arguments}: refuses null if a value is needed
 *   <li>{@link io.millrace.core.internal.ColumnExpressions}: columns compared by their expressions
 *   <li>{@link io.millrace.core.internal.TypeNames}: types by their names in SQL
 *   <li>{@link io.millrace.core.internal.SparkRefusal}: refusals by Spark's analyzer
 *   <li>{@link io.millrace.core.internal.LocalPaths}: local paths as Hadoop takes them
 *   <li>{@link io.millrace.core.internal.SparkInterval}: durations as Spark's intervals
 *   <li>{@link io.millrace.core.internal.Errors}: what may be shown of an error
 * </ul>
 *
 * <p>Failures of queries:
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.FailureKind}: why a query failed, and whether another start may help
 *   <li>{@link io.millrace.core.internal.ClassifiedFailure}: an exception of this library that knows it
 *   <li>{@link io.millrace.core.internal.Failures} and {@link io.millrace.core.internal.SqlStates}: the kinds of all
 *       other exceptions
 * </ul>
 *
 * <p>Running code as Spark does:
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.ActiveSession}: with a session as that of the thread
 *   <li>{@link io.millrace.core.internal.SomeRows}: the condition by which a step or a sink leaves rows out
 *   <li>{@link io.millrace.core.internal.OwnSteps}: a sink with steps before it
 *   <li>{@link io.millrace.core.internal.ForeachPartitions}: a writer of rows over a batch
 *   <li>{@link io.millrace.core.internal.CallSites}: the line of the user's code, which Spark's UI shows
 * </ul>
 *
 * <p>The log of queries:
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.QueryLog}: a line for each micro-batch with rows
 *   <li>{@link io.millrace.core.internal.RowCount}: counts the rows that one step cannot use
 *   <li>{@link io.millrace.core.internal.BatchCounts}: the sums of each micro-batch, and their lines in the log
 * </ul>
 */
@NullMarked
package io.millrace.core.internal;

import org.jspecify.annotations.NullMarked;
