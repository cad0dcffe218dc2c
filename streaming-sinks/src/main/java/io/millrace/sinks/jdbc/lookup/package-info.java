/**
 * Look-ups in the tasks: rows of a partition get what a table has for their keys. This package knows no database; for
 * other packages of the library, not for users.
 *
 * <ul>
 *   <li>{@link LookupFunction}: what a task runs, as {@link LookupSpec} says, over the keys of {@link LookupTable}
 *   <li>{@link LookupRows}: the rows, and when they wait for a query; {@link LookupKeys}: their keys
 *   <li>{@link KnownRows}: what an executor keeps of a table: {@link LookupCaches} by key, in an
 *       {@link ExpiringCache}, or a {@link WholeTable}
 *   <li>{@link LookupTally}, {@link LookupWork}, {@link LookupMetric}: counts of a task
 *   <li>{@link LookupCounts}: those of a batch, for its line in the log; {@link LookupFigures}: for Spark's metrics
 * </ul>
 */
@NullMarked
package io.millrace.sinks.jdbc.lookup;

import org.jspecify.annotations.NullMarked;
