package io.millrace.samples;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;

/**
 * Adds up {@code records-consumed-total} of a topic over all consumers of this JVM, those included that are closed:
 * Kafka creates one object for each consumer with the setting {@code metric.reporters}.
 */
public final class FetchedRecords implements MetricsReporter {
    private static final Set<KafkaMetric> TOTALS = ConcurrentHashMap.newKeySet();

    static long of(String topic) {
        return TOTALS.stream()
                .filter(total -> topic.equals(total.metricName().tags().get("topic")))
                .mapToLong(total -> ((Number) total.metricValue()).longValue())
                .sum();
    }

    @Override
    public void init(List<KafkaMetric> metrics) {
        metrics.forEach(this::metricChange);
    }

    @Override
    public void metricChange(KafkaMetric metric) {
        Map<String, String> tags = metric.metricName().tags();
        if (metric.metricName().name().equals("records-consumed-total")
                && tags.containsKey("topic")
                && !tags.containsKey("partition")) {
            TOTALS.add(metric);
        }
    }

    /** Keeps the metric, which has its last value after the consumer is closed. */
    @Override
    public void metricRemoval(KafkaMetric metric) {}

    @Override
    public void close() {}

    @Override
    public void configure(Map<String, ?> settings) {}
}
