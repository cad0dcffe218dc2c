/**
 * The demo: counts page hits from Kafka into PostgreSQL and checks every row.
 *
 * <ul>
 *   <li>{@code Demo} is the command line with its {@code DemoOptions}; {@code DemoRun} runs the job {@code Traffic} in
 *       this JVM, and {@code ClusterProof} on a cluster. {@code DemoFailure} is why a program cannot start.
 *   <li>Hits: {@code HitGenerator} generates {@code HitRecord}s with {@code Zips}, and {@code HitProducer} sends them.
 *   <li>Servers: {@code DemoKafka}, {@code DemoDatabase}, and {@code Scratch} for files.
 *   <li>Check: {@code TopicCounter} computes the {@code ExpectedCounts} of each {@code Bucket}, and {@code DemoResult}
 *       compares them with the table. {@code ThreadDump} shows the pools of executors.
 *   <li>Progress: {@code QueryWatch} observes the query; {@code ProgressTicker} and {@code ProgressView} show it, with
 *       {@code TimeOfDay}.
 * </ul>
 */
@NullMarked
package io.millrace.samples.demo;

import org.jspecify.annotations.NullMarked;
