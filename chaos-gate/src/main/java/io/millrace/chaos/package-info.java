/**
 * Injects faults into the sinks of Millrace and checks the tables that they write.
 *
 * <ul>
 *   <li>Runs: {@code Chaos} is the command line. {@code Gate} runs all schedules, each by a {@code TrialRunner} on a
 *       {@code Trial}; {@code Calibration} runs sinks with known bugs instead. {@code Tally} counts. All trials share
 *       an {@code Environment} of servers and a Spark session.
 *   <li>Sinks under test: a {@code Subject} is a {@code Guarantee} of Millrace or a {@code PlantedSink} with a
 *       {@code Bug}. A {@code Job} reads events from a topic ({@code Feed}) and writes {@code Tables}; an
 *       {@code Observer} checks the tables meanwhile.
 *   <li>Faults: {@code ScheduleGenerator} draws a {@code Schedule} of {@code Fault}s for each trial from the
 *       {@code Site}s of its subject ({@code CrashPlan}, {@code FaultSampler}). {@code FailPoints} count the passes of
 *       sites, and {@code FaultInjector} injects the fault that is due; {@code Failover} and {@code DeadlockProvoker}
 *       do what needs another writer or session. {@code CheckpointFiles} passes the fail points of a checkpoint.
 *   <li>Writers: {@code Queries} keeps the queries of a trial running, as a {@code Writer} in this JVM or a
 *       {@code Child} process ({@code Driver}). A {@code Layer} says which. {@code LongRunningCluster} and
 *       {@code LongRunningTrial} find leaks of drivers and executors that run until the end.
 *   <li>Leaks: {@code Usage} and {@code Descriptors} count connections, threads and file descriptors.
 *   <li>{@link io.millrace.chaos.proxy} is the proxy of PostgreSQL, {@link io.millrace.chaos.checker} the checker.
 * </ul>
 */
@NullMarked
package io.millrace.chaos;

import org.jspecify.annotations.NullMarked;
