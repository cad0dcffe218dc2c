/**
 * Sources, transforms and pipelines: immutable values over Spark's own types, which any thread may use. A call refuses
 * an argument that cannot be right with an {@link java.lang.IllegalArgumentException}; what depends on columns, servers
 * or the checkpoint is checked before the start, and refused with a {@link io.millrace.core.ValidationException}. The
 * front doors:
 *
 * <ul>
 *   <li>{@link io.millrace.core.Sources}: every source
 *   <li>{@link io.millrace.core.Transforms}: every transform
 *   <li>{@link io.millrace.core.Pipeline}: source, transforms and sink as one query
 *   <li>{@link io.millrace.core.OutputModes}: output modes for static imports
 *   <li>{@link io.millrace.core.StreamingQueries}: stops between two batches, and health
 *   <li>{@link io.millrace.core.Supervisor}: several queries in one driver, started again after failures that pass
 *   <li>{@link io.millrace.core.Secret}: where a password is found
 *   <li>{@link io.millrace.core.JdbcConnectionDetails}: how to log in to a database
 * </ul>
 *
 * <p>What users implement:
 *
 * <ul>
 *   <li>{@link io.millrace.core.Source}, {@link io.millrace.core.Transform} and {@link io.millrace.core.Sink}
 *   <li>{@link io.millrace.core.BatchSink}: a sink that can share a read; {@link io.millrace.core.BranchSink}: one with
 *       steps of its own
 *   <li>{@link io.millrace.core.DeadLetterSink}: a sink that also takes the rows that another one's target refuses
 *   <li>{@link io.millrace.core.PlannedQuery}: the query that a sink checks
 *   <li>{@link io.millrace.core.Problem} and {@link io.millrace.core.ValidationException}: what a check refuses
 * </ul>
 *
 * <p>Sources:
 *
 * <ul>
 *   <li>{@link io.millrace.core.KafkaSource}, with {@link io.millrace.core.Offsets},
 *       {@link io.millrace.core.KafkaSecurity}, {@link io.millrace.core.KafkaSecrets} and, for backfills,
 *       {@link io.millrace.core.KafkaBatch}
 *   <li>{@link io.millrace.core.FileSource}, {@link io.millrace.core.RateSource},
 *       {@link io.millrace.core.SocketSource} and {@link io.millrace.core.FormatSource}
 *   <li>{@link io.millrace.core.UnionSource}: several sources as one; {@link io.millrace.core.ShapedSource}: a source
 *       and a step
 *   <li>{@link io.millrace.core.SourceWithChecks}: their base; {@link io.millrace.core.CheckedSource}: that of the
 *       others, with {@link io.millrace.core.ReaderSpec}: the settings of Spark's reader
 * </ul>
 *
 * <p>Transforms:
 *
 * <ul>
 *   <li>{@link io.millrace.core.JsonFields}, {@link io.millrace.core.JsonRoute} and
 *       {@link io.millrace.core.JsonMarks}: fields of JSON documents
 *   <li>{@link io.millrace.core.TimeMarks}: rows without a usable time; {@link io.millrace.core.MarkedRows}: the rows
 *       that these and {@code JsonMarks} mark, and the others
 *   <li>{@link io.millrace.core.ToJson}: rows as JSON documents
 *   <li>{@link io.millrace.core.Watermark} and {@link io.millrace.core.BoundedWatermark}, by
 *       {@link io.millrace.core.EventClock}: event time, and rows that are ahead of the clock
 *   <li>{@link io.millrace.core.WindowedAggregation} and {@link io.millrace.core.SessionAggregation}, with
 *       {@link io.millrace.core.CalendarWindow}: days, weeks and months; inside,
 *       {@link io.millrace.core.EventWindow} is {@link io.millrace.core.TimeWindow} or
 *       {@link io.millrace.core.CalendarTime}, {@link io.millrace.core.WindowColumn} its column, and
 *       {@link io.millrace.core.Grouping} the rest
 *   <li>{@link io.millrace.core.TableJoin}: joins with a static table; {@link io.millrace.core.StreamJoin}:
 *       joins with another stream; {@link io.millrace.core.Union}: rows of two {@code Dataset}s
 *   <li>{@link io.millrace.core.Explode}: rows of elements; {@link io.millrace.core.FillNulls}: values for NULL
 *   <li>{@link io.millrace.core.Filter}: conditions
 *   <li>{@link io.millrace.core.Step}: their base, with {@link io.millrace.core.ColumnNeed},
 *       {@link io.millrace.core.ColumnNames}, {@link io.millrace.core.ColumnReference},
 *       {@link io.millrace.core.Call} and {@link io.millrace.core.Outcome};
 *       {@link io.millrace.core.ComposedTransform}: one after the other
 * </ul>
 *
 * <p>Validation of a pipeline:
 *
 * <ul>
 *   <li>{@link io.millrace.core.PipelineSpec}: its settings
 *   <li>{@link io.millrace.core.Validation}: all checks from end to end, with {@link io.millrace.core.ValidatedStep}
 *   <li>{@link io.millrace.core.PlanChecks}: the plan; {@link io.millrace.core.RealTimeChecks}: real-time mode
 *   <li>{@link io.millrace.core.WriterChecks}: the format of Spark's writer
 *   <li>{@link io.millrace.core.CheckpointChecks}: the checkpoint
 *   <li>{@link io.millrace.core.Rehearsal}: one batch on a copy of the checkpoint, run by
 *       {@link io.millrace.core.RehearsalRun}
 * </ul>
 *
 * <p>Metrics and health of running queries:
 *
 * <ul>
 *   <li>{@link io.millrace.core.Health}: the limits
 *   <li>{@link io.millrace.core.HealthListener}: the listener, with {@link io.millrace.core.BatchProgress} and
 *       {@link io.millrace.core.QueryHealth}, which watches the watermark by {@link io.millrace.core.WatermarkMoves}
 *   <li>{@link io.millrace.core.QueryFigures}: the metrics of a query, with {@link io.millrace.core.BatchFigures}
 *   <li>{@link io.millrace.core.QueryRuns}: the queries that pipelines have started, and each
 *       {@link io.millrace.core.QueryFollower}; {@link io.millrace.core.GroupOffsets}: what they have read, for
 *       consumer groups, with {@link io.millrace.core.ConsumerGroupChecks}
 * </ul>
 *
 * <p>Supervised queries:
 *
 * <ul>
 *   <li>{@link io.millrace.core.Supervision}: all that run, with {@link io.millrace.core.SupervisedQuery} for each
 *   <li>{@link io.millrace.core.SupervisorSpec}: the settings; {@link io.millrace.core.SupervisorChecks}: pipelines
 *       that clash
 *   <li>{@link io.millrace.core.QueryKeeper}: the thread of one query, with {@link io.millrace.core.RestartPolicy}:
 *       what follows a {@link io.millrace.core.Failure}, and {@link io.millrace.core.ProgressWatch}: whether it is
 *       stuck
 *   <li>{@link io.millrace.core.SupervisorProbes}: liveness and readiness over HTTP;
 *       {@link io.millrace.core.SupervisorMetrics}: figures; {@link io.millrace.core.SupervisorTime}: the clock;
 *       {@link io.millrace.core.SparkStop}: the end of Spark
 * </ul>
 *
 * <p>What is shared with other modules but not part of the API is in {@code io.millrace.core.internal} and the packages
 * below it. Only there do classes use what Spark does not publish.
 */
@NullMarked
package io.millrace.core;

import org.jspecify.annotations.NullMarked;
