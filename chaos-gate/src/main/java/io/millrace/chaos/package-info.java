/**
 * Faults on purpose against the sinks of Millrace, and the truth that their tables are held against.
 *
 * <p>{@code Gate} deals {@code Schedule}s to {@code TrialRunner}s, each of which drives a {@code Trial}: a {@code Subject} that
 * writes a topic ({@code Feed}) into {@code Tables} through a {@code PostgresProxy}, while {@code FaultInjector} does what each
 * {@code Fault} says at its {@code FailPoints}. {@code Checker} and {@code Observer} judge, {@code Usage} counts what is
 * not given back, and {@code Calibration} plants each {@code Bug} to see that they would notice.
 */
@NullMarked
package io.millrace.chaos;

import org.jspecify.annotations.NullMarked;
