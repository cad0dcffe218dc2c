package io.millrace.core;

/**
 * Where rows come from.
 *
 * <pre>{@code Dataset<Row> hits = Sources.kafka("localhost:9092").topics("hits").load(spark);}</pre>
 */
public final class Sources {
    private Sources() {}

    /**
     * Records of Kafka: {@code key} and {@code value} binary, {@code topic}, {@code partition}, {@code offset},
     * {@code timestamp}, {@code timestampType}.
     *
     * @param bootstrapServers {@code host:port}, several separated by commas
     */
    public static KafkaSource kafka(String bootstrapServers) {
        return KafkaSource.at(bootstrapServers);
    }
}
