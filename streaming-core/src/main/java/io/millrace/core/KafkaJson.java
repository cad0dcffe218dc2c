package io.millrace.core;

import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.stream.Collectors;

/** The two small JSON forms in which Spark takes partitions; topic names need no escapes, Kafka allows [a-zA-Z0-9._-]. */
final class KafkaJson {
    private KafkaJson() {}

    /** {@code {"hits":{"0":15,"1":20}}}. */
    static String offsets(NavigableMap<String, NavigableMap<Integer, Long>> partitions) {
        return partitions.entrySet().stream()
                .map(topic -> quoted(topic.getKey()) + ":"
                        + topic.getValue().entrySet().stream()
                                .map(KafkaJson::offset)
                                .collect(Collectors.joining(",", "{", "}")))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** {@code {"hits":[0,1]}}. */
    static String partitions(NavigableMap<String, NavigableSet<Integer>> partitions) {
        return partitions.entrySet().stream()
                .map(topic -> quoted(topic.getKey()) + ":"
                        + topic.getValue().toString().replace(" ", ""))
                .collect(Collectors.joining(",", "{", "}"));
    }

    private static String offset(Map.Entry<Integer, Long> partition) {
        return quoted(partition.getKey().toString()) + ":" + partition.getValue();
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
