package io.millrace.core.internal.kafka;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The two JSON forms of partitions in Spark's options. Topic names need no escapes: Kafka allows [a-zA-Z0-9._-]. */
public final class KafkaJson {
    private static final JsonFactory FACTORY = new JsonFactory();

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
    public static String partitions(NavigableMap<String, NavigableMap<Integer, Long>> partitions) {
        return partitions.entrySet().stream()
                .map(topic -> quoted(topic.getKey()) + ":"
                        + topic.getValue().keySet().toString().replace(" ", ""))
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** The offsets in either form, 0 for partitions without one; empty if {@code json} has neither form. */
    public static Optional<NavigableMap<String, NavigableMap<Integer, Long>>> parsed(String json) {
        NavigableMap<String, NavigableMap<Integer, Long>> partitions = new TreeMap<>();
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.empty();
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                partitions.put(parser.currentName(), ofTopic(parser));
            }
            return Optional.of(partitions);
        } catch (IOException | NumberFormatException otherForm) {
            return Optional.empty();
        }
    }

    private static NavigableMap<Integer, Long> ofTopic(JsonParser parser) throws IOException {
        NavigableMap<Integer, Long> partitions = new TreeMap<>();
        boolean named = parser.nextToken() == JsonToken.START_ARRAY;
        while (!parser.nextToken().isStructEnd()) {
            if (named) {
                partitions.put(parser.getIntValue(), 0L);
            } else {
                int partition = Integer.parseInt(parser.currentName());
                parser.nextToken();
                partitions.put(partition, parser.getLongValue());
            }
        }
        return partitions;
    }

    private static String offset(Map.Entry<Integer, Long> partition) {
        return quoted(partition.getKey().toString()) + ":" + partition.getValue();
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }
}
