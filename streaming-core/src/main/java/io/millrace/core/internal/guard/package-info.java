/**
 * The checkpoint guard: what the code of a query would do on a checkpoint that other code has made.
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.guard.CheckpointGuard}: the comparison, with
 *       {@link io.millrace.core.internal.guard.GuardedQuery}: the query to compare
 *   <li>{@code CodeDocument}: what code says, in {@code Fact}s, and {@code CodeHistory}: its record in the checkpoint
 *   <li>{@code PlanFacts}: the facts of a plan, with {@code SourceFacts} and {@code StatefulStep}; {@code LiveColumns}:
 *       the columns that count; {@code JoinOfStreams}: the parts of the condition of a join;
 *       {@code ExpressionMeanings}, {@code Meaning} and {@code Durations}: expressions without names and ids
 *   <li>{@code SavedState} and {@code StateTypes}: what the files of the state tell by themselves
 *   <li>{@code SourceChanges}, {@code StateChanges}, {@code FunctionChanges} and {@code OtherChanges}: the differences;
 *       {@code CodeChange}: one of them, and whether it works
 * </ul>
 */
@NullMarked
package io.millrace.core.internal.guard;

import org.jspecify.annotations.NullMarked;
