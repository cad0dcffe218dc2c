/**
 * Injects faults into the sinks of Millrace and checks the tables that they write.
 *
 * <ul>
 *   <li>Runs: {@code Chaos} is the command line. {@code Gate} runs all schedules, each by a {@code TrialRunner} on a
 *       {@code Trial}; {@code Calibration} runs sinks with known bugs instead. {@code Tally} counts, and
 *       {@code Evidence} keeps files that explain a failure. All trials share an {@code Environment} of servers and a
 *       Spark session. {@code Deadline} limits every wait.
 *   <li>Sinks under test: a {@code Subject} is a {@code Guarantee} of Millrace or a {@code PlantedSink} (with
 *       {@code PlantedWriter}) with a {@code Bug}. A {@code Job} reads events from a topic ({@code Feed}) and writes
 *       {@code Tables} of a {@code Target}; an {@code Observer} checks the tables meanwhile.
 *   <li>Faults: {@code ScheduleGenerator} draws a {@code Schedule} of {@code Fault}s, each with a {@code FaultAction},
 *       for each trial from the {@code Site}s of its subject ({@code CrashPlan}, {@code FaultSampler}).
 *       {@code FailPoints} count the passes of sites, and {@code FaultInjector} injects the fault that is due;
 *       {@code Failover} and {@code DeadlockProvoker} do what needs another writer or session.
 *   <li>Checkpoints: {@code ChaosCheckpointFiles} passes the fail points of a checkpoint, and {@code CheckpointReader}
 *       reads its batches.
 *   <li>Writers: {@code Queries} keeps the queries of a trial running. Each is a {@code RunningQuery}, started as a
 *       {@code SubjectWriter} in this JVM ({@code RunningTasks}) or as a {@code DriverProcess}, whose main class is
 *       {@code DriverMain}. A {@code Layer} says which, by its {@code Hosting}. {@code ClassArchive} and
 *       {@code LocalCluster} prepare processes. {@code LongRunningCluster}, {@code LongRunningDriver} and
 *       {@code LongRunningTrial} find leaks of drivers and executors that run until the end.
 *   <li>Leaks: {@code Usage} and {@code Descriptors} count connections, threads and file descriptors.
 *   <li>{@link io.millrace.chaos.proxy} is the proxy of PostgreSQL, {@link io.millrace.chaos.checker} the checker.
 * </ul>
 */
@NullMarked
package io.millrace.chaos;

import org.jspecify.annotations.NullMarked;
