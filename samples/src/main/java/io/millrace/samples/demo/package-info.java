/**
 * The demo: counts page hits from Kafka into PostgreSQL and checks every row.
 *
 * <ul>
 *   <li>{@code Demo} is the command line with its {@code DemoOptions}; {@code DemoRun} runs the job {@code Traffic} in
 *       this JVM, and {@code ClusterProof} on a cluster.
 *   <li>Hits: {@code HitGenerator} generates them with {@code Zips}, and {@code HitProducer} sends them.
 *   <li>Servers: {@code DemoKafka}, {@code DemoDatabase}, and {@code Scratch} for files.
 *   <li>Check: {@code TruthFinder} computes the expected counts ({@code Truth}), and {@code Verdict} compares them with
 *       the table.
 *   <li>Progress: {@code QueryWatch} observes the query; {@code ProgressTicker} and {@code ProgressView} show it.
 * </ul>
 */
@NullMarked
package io.millrace.samples.demo;

import org.jspecify.annotations.NullMarked;
