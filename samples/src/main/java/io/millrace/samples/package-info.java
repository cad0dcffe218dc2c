/**
 * Samples: a small program for each feature of Millrace.
 *
 * <ul>
 *   <li>{@code Samples} is the command line and lists the programs. {@code SampleEnvironment} gives them a Spark
 *       session and servers, with {@code LineServer} for lines of text at a {@code HostAndPort}, and {@code Records} to
 *       send and read Kafka's records.
 *   <li>Kafka: {@code KafkaToConsole}, {@code AnyToKafka}, {@code ContinuousKafka}, {@code Backfill}
 *   <li>several queries in one driver: {@code Supervised}
 *   <li>Aggregations: {@code SocketWordCount}, {@code HitsPerZip}, {@code HitsPerWindow}, {@code LateWords},
 *       {@code ZipCounts}
 *   <li>Files and tables: {@code ToParquet}, {@code JdbcUpsertOfCounts}, {@code JdbcExactlyOnceHits}
 *   <li>Whole jobs: {@code HourlyRevenue}, from a topic with malformed records to Parquet, {@code Replica}, from
 *       change events to a table, and {@code Orders}, one read with branches and a look-up. {@code OrdersRun} runs the
 *       last, checks every row against the {@code OrderBook}, and asks {@code FetchedRecords} how much was read.
 *   <li>{@link io.millrace.samples.demo} is the demo.
 * </ul>
 */
@NullMarked
package io.millrace.samples;

import org.jspecify.annotations.NullMarked;
