package io.millrace.testkit;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
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
    private final Map<Integer, Long> nextOffsets = new HashMap<>();

    KafkaRows(String inputName, boolean headers) {
        this.inputName = inputName;
        this.headers = headers;
    }

    /** Whether {@code schema} is that of Kafka's source, with or without headers. */
    static boolean isOf(StructType schema) {
        return String.join(",", schema.fieldNames()).startsWith(String.join(",", COLUMNS.fieldNames()));
    }

    StructType schema() {
        return headers ? COLUMNS.merge(HEADERS, true) : COLUMNS;
    }

    Row row(KafkaRow record) {
        Long offset = record.offset();
        long at = offset != null ? offset : nextOffsets.getOrDefault(record.partition(), 0L);
        nextOffsets.put(record.partition(), at + 1);
        @Nullable Object[] columns = {
            record.key(),
            record.value(),
            record.topicOr(inputName),
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
        return RowFactory.create(headers ? columns : Arrays.copyOf(columns, COLUMNS.length()));
    }
}
