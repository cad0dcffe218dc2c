/**
 * Checks of Kafka's topics and options before a query starts, for sources and sinks, and the offsets of one that
 * runs. The front door is
 * {@link io.millrace.core.internal.kafka.KafkaBrokers}.
 *
 * <ul>
 *   <li>{@link io.millrace.core.internal.kafka.KafkaBrokers}: asks brokers whether a job may read or write its topics
 *   <li>{@link io.millrace.core.internal.kafka.QuietClients}: keeps the clients of checks from logging their settings
 *   <li>{@link io.millrace.core.internal.kafka.KafkaTopics}: checks partitions and offsets with the topics of the
 *       brokers
 *   <li>{@link io.millrace.core.internal.kafka.KafkaTopicIds}: finds topics that were deleted and created anew
 *   <li>{@link io.millrace.core.internal.kafka.KafkaOffsets}: where reading starts or ends, as Spark's options say it
 *   <li>{@link io.millrace.core.internal.kafka.KafkaRange}: Spark's Kafka source as a stream that ends, with
 *       {@link io.millrace.core.internal.kafka.KafkaRangeStream} and {@link io.millrace.core.internal.kafka.KafkaEnd}
 *   <li>{@link io.millrace.core.internal.kafka.KafkaOptions}: the options of Spark's Kafka source
 *   <li>{@link io.millrace.core.internal.kafka.GroupCommitter}: commits what a running query has read
 *   <li>{@link io.millrace.core.internal.kafka.SharedProducers}: the producers of the tasks of a JVM, for dead letters;
 *       {@link io.millrace.core.internal.kafka.NotAcceptedException}: what Kafka does not take
 *   <li>{@link io.millrace.core.internal.kafka.SourceOffsets} and {@link io.millrace.core.internal.kafka.KafkaLag}: the
 *       offsets in the progress of a running query
 *   <li>{@link io.millrace.core.internal.kafka.KafkaJson}: partitions and offsets as Spark's JSON
 * </ul>
 */
@NullMarked
package io.millrace.core.internal.kafka;

import org.jspecify.annotations.NullMarked;
