/**
 * Sinks: where the rows of a streaming query go, and with which guarantee. Each is an immutable value, which any thread
 * may use. A call refuses an argument that cannot be right with an {@link java.lang.IllegalArgumentException}; what
 * depends on the query, its columns or a server is a {@link io.millrace.core.Problem} before the start. The front door
 * is {@link io.millrace.sinks.Sinks}.
 *
 * <p>Tables: {@link io.millrace.sinks.jdbc.JdbcTarget} of a {@link io.millrace.sinks.jdbc.Database}.
 *
 * <p>Look-ups: {@link io.millrace.sinks.Lookups}, of {@link io.millrace.sinks.jdbc.JdbcLookup}.
 *
 * <p>Kafka:
 *
 * <ul>
 *   <li>{@link io.millrace.sinks.KafkaSink}: records, at least once
 *   <li>{@link io.millrace.sinks.KafkaColumns} and {@link io.millrace.sinks.KafkaPayload}: the columns of a record
 *   <li>{@link io.millrace.sinks.ProducerSettings}: topic and producer
 *   <li>{@link io.millrace.sinks.LetterRecords}: dead letters of a step; {@link io.millrace.sinks.KafkaLetterSender}:
 *       those of a table
 *   <li>{@link io.millrace.sinks.RecordSize} and {@link io.millrace.sinks.RecordLimit}: records that are too large;
 *       {@link io.millrace.sinks.SizedRows}, by a {@link io.millrace.sinks.LimitOnce}: branches of them
 * </ul>
 *
 * <p>Files and formats:
 *
 * <ul>
 *   <li>{@link io.millrace.sinks.FileSink} and {@link io.millrace.sinks.FileOptions}: files, exactly once for Spark's
 *       readers, by {@link io.millrace.sinks.SparkFileSink}
 *   <li>{@link io.millrace.sinks.FormatSink}: any format of Spark's or of a connector, by its
 *       {@link io.millrace.sinks.StreamingFormat}
 * </ul>
 *
 * <p>Several sinks on one read:
 *
 * <ul>
 *   <li>{@link io.millrace.sinks.SeveralSinks}: the sink
 *   <li>{@link io.millrace.sinks.SeveralBatches}: writes each batch
 *   <li>{@link io.millrace.sinks.NonEmptyBranches}: which of them get rows of a batch
 *   <li>{@link io.millrace.sinks.FinishedBatches}: records what each sink has finished
 * </ul>
 *
 * <p>Code of the user's own: {@link io.millrace.sinks.ForeachSink} and {@link io.millrace.sinks.ForeachBatchSink}.
 *
 * <p>Interactive use:
 *
 * <ul>
 *   <li>{@link io.millrace.sinks.ConsoleSink} and {@link io.millrace.sinks.MemorySink}: Spark's own, with
 *       {@link io.millrace.sinks.ViewNames}
 *   <li>{@link io.millrace.sinks.DisplaySink}: a table that is repainted, with {@link io.millrace.sinks.RowSample},
 *       {@link io.millrace.sinks.DisplayRows}, {@link io.millrace.sinks.DisplayTable} and
 *       {@link io.millrace.sinks.Terminal}
 * </ul>
 *
 * <p>Only {@code SparkFileSink}, {@code StreamingFormat} and {@code ViewNames} use what Spark does not publish: that of
 * Spark 3.5.
 */
@NullMarked
package io.millrace.sinks;

import org.jspecify.annotations.NullMarked;
