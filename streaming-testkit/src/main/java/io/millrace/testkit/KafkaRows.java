package io.millrace.testkit;

import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Converts the records of one input to rows with the columns of Spark's Kafka source. */
final class KafkaRows {
    private static final StructType COLUMNS = StructType.fromDDL(
            "key BINARY, value BINARY, topic STRING, partition INT, offset BIGINT, timestamp TIMESTAMP,"
                    + " timestampType INT");
    private static final StructType HEADERS = StructType.fromDDL("headers ARRAY<STRUCT<key: STRING, value: BINARY>>");

    private final String inputName;
    private final boolean headers;
    private final Function<Row, EncodedRow> encoder;
    private final Map<Partition, Long> nextOffsets = new HashMap<>();

    KafkaRows(String inputName, boolean headers) {
        this.inputName = inputName;
        this.headers = headers;
        this.encoder = SparkRowInternals.encoder(schema());
    }

    private record Partition(String topic, int number) {}

    /** Whether {@code schema} is that of Kafka's source, with or without headers. */
    static boolean isOf(StructType schema) {
        return String.join(",", schema.fieldNames()).startsWith(String.join(",", COLUMNS.fieldNames()));
    }

    StructType schema() {
        return headers ? COLUMNS.merge(HEADERS, true) : COLUMNS;
    }

    /** The rows that {@code call} was given; offsets go on from those that were taken, so not if one is refused. */
    List<EncodedRow> rows(String call, List<KafkaRow> records) {
        Map<Partition, Long> offsets = new HashMap<>(nextOffsets);
        List<EncodedRow> rows = Values.each(call, records, record -> encoder.apply(row(record, offsets)));
        nextOffsets.putAll(offsets);
        return rows;
    }

    private Row row(KafkaRow record, Map<Partition, Long> offsets) {
        if (!headers && !record.headers().isEmpty()) {
            throw new IllegalArgumentException("The input has no column for the header \""
                    + record.headers().get(0).key() + "\": create it by kafkaWithHeaders(\"" + inputName + "\").");
        }
        String topic = record.topicOr(inputName);
        Partition partition = new Partition(topic, record.partition());
        Long offset = record.offset();
        long at = offset != null ? offset : offsets.getOrDefault(partition, 0L);
        offsets.put(partition, at + 1);
        @Nullable Object[] columns = {
            record.key(),
            record.value(),
            topic,
            record.partition(),
            at,
            record.timestamp(),
            record.timestampType(),
            record.headers().isEmpty()
                    ? null
                    : record.headers().stream()
                            .map(header -> RowFactory.create(
                                    header.key(), header.value().getBytes(StandardCharsets.UTF_8)))
                            .toList()
        };
        Row row = RowFactory.create(headers ? columns : Arrays.copyOf(columns, COLUMNS.length()));
        return Values.row(row, schema());
    }
}
