/**
 * What differs between the lines of Spark, 3.5 and 4: the only place with code for one of them. Nothing here uses
 * another package of Millrace.
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.spark.SparkVersion}: which Spark runs, and a sentence if it is the wrong one
 *   <li>{@link io.millrace.core.internal.spark.ScalaCollections}: Scala's collections, in 2.12 and 2.13
 *   <li>{@code LocalFiles} and {@code AtomicFile}: the files of a checkpoint on a local disk, without processes
 *   <li>{@code Undeclared}: exceptions that Scala does not declare
 * </ul>
 *
 * <p>Of the same name for each line, in {@code src/spark3.5/java} and {@code src/spark4/java}:
 *
 * <ul>
 *   <li>{@code SupportedSpark}: the versions that the line runs on
 *   <li>{@link io.millrace.core.internal.spark.SparkLine}: calls whose types or parameters differ
 *   <li>{@link io.millrace.core.internal.spark.CheckpointManager}: the files of a checkpoint
 *   <li>{@link io.millrace.core.internal.spark.PipelineCheckpointManager}: how Spark writes those of a pipeline, on
 *       local disks by {@link io.millrace.core.internal.spark.LocalCheckpointManager}
 *   <li>{@link io.millrace.core.internal.spark.BatchThread}: what runs the batches of a query
 *   <li>{@link io.millrace.core.internal.spark.RealTimeMode}: real-time mode, which Spark 3.5 does not have
 *   <li>{@link io.millrace.core.internal.spark.StateFunctions}: functions with variables of state, which Spark 3.5 does
 *       not have; {@link io.millrace.core.internal.spark.FunctionState}: what is kept of one
 * </ul>
 */
@NullMarked
package io.millrace.core.internal.spark;

import org.jspecify.annotations.NullMarked;
