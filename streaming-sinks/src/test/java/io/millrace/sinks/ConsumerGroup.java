package io.millrace.sinks;

import io.millrace.core.Await;
import io.millrace.core.internal.spark.ScalaCollections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;

/** A consumer group as Kafka's own tools show it, and the metrics of the query that commits to it. */
record ConsumerGroup(String bootstrapServers, String name) {
    void awaitLag(long rows, String topic) throws Exception {
        Await.until(() -> lag(topic) == rows);
    }

    /** As kafka-consumer-groups.sh computes it: the end of each partition less what is committed; -1 if nothing is. */
    long lag(String topic) throws Exception {
        Map<TopicPartition, OffsetAndMetadata> committed = committed();
        try (Admin admin = admin()) {
            Map<TopicPartition, OffsetSpec> ends =
                    admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                            .flatMap(found -> found.partitions().stream())
                            .collect(Collectors.toMap(
                                    partition -> new TopicPartition(topic, partition.partition()),
                                    partition -> OffsetSpec.latest()));
            if (!committed.keySet().equals(ends.keySet())) {
                return -1;
            }
            return admin.listOffsets(ends).all().get().values().stream()
                            .mapToLong(ListOffsetsResultInfo::offset)
                            .sum()
                    - records();
        }
    }

    /** The records of all partitions before what is committed. */
    long records() throws Exception {
        return committed().values().stream()
                .mapToLong(OffsetAndMetadata::offset)
                .sum();
    }

    List<String> topics() throws Exception {
        return committed().keySet().stream().map(TopicPartition::topic).toList();
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() throws Exception {
        try (Admin admin = admin()) {
            return admin.listConsumerGroupOffsets(name)
                    .partitionsToOffsetAndMetadata()
                    .get();
        }
    }

    /** How many commits of {@code query} have failed. */
    long failures(String query) {
        return metrics("millrace.group." + query + "--" + name).stream()
                .mapToLong(source ->
                        source.metricRegistry().counter("commit-failures").getCount())
                .sum();
    }

    /** The gauge {@code lag-rows} of the group. */
    Object measuredLag(String query) {
        return lagRows("millrace.group." + query + "--" + name);
    }

    /** The gauge {@code lag-rows} of {@code query} itself. */
    static Object lagOfQuery(String query) {
        return lagRows("millrace.query." + query);
    }

    private static Object lagRows(String source) {
        return metrics(source).stream()
                .map(found -> Objects.requireNonNull(
                                found.metricRegistry().getGauges().get("lag-rows"))
                        .getValue())
                .findFirst()
                .orElse("none");
    }

    private static List<Source> metrics(String source) {
        return ScalaCollections.list(SparkEnv.get().metricsSystem().getSourcesByName(source));
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    }
}
