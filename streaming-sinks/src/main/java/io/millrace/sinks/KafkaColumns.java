package io.millrace.sinks;

import io.millrace.core.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * From which columns the parts of a record come.
 *
 * @param key null for the column {@code key}, where there is one
 */
record KafkaColumns(
        KafkaPayload value,
        @Nullable KafkaPayload key,
        @Nullable String topic,
        @Nullable String headers,
        @Nullable String partition) {
    static final KafkaColumns OF_SPARK =
            new KafkaColumns(KafkaPayload.of("valueFrom", "value"), null, null, null, null);

    private static final String HEADERS = "array<struct<key:string,value:binary>>";

    KafkaColumns value(KafkaPayload payload) {
        return new KafkaColumns(payload, key, topic, headers, partition);
    }

    KafkaColumns key(KafkaPayload payload) {
        return new KafkaColumns(value, payload, topic, headers, partition);
    }

    KafkaColumns topic(String column) {
        return new KafkaColumns(value, key, column, headers, partition);
    }

    KafkaColumns withoutTopic() {
        return new KafkaColumns(value, key, null, headers, partition);
    }

    KafkaColumns headers(String column) {
        return new KafkaColumns(value, key, topic, column, partition);
    }

    KafkaColumns partition(String column) {
        return new KafkaColumns(value, key, topic, headers, column);
    }

    boolean nameTopics() {
        return topic != null;
    }

    String topicText() {
        return topic == null ? "not named" : "from " + topic;
    }

    /** The columns that Spark's Kafka sink takes, under the names by which it finds them. */
    Dataset<Row> records(Dataset<Row> rows) {
        List<Column> columns = new ArrayList<>();
        columns.add(value.in(rows).as("value"));
        keyIn(rows).ifPresent(payload -> columns.add(payload.in(rows).as("key")));
        part(rows, topic, "topic").ifPresent(columns::add);
        part(rows, headers, "headers").ifPresent(columns::add);
        part(rows, partition, "partition").ifPresent(columns::add);
        return rows.select(columns.toArray(Column[]::new));
    }

    List<Problem> problems(Dataset<Row> rows) {
        List<Problem> problems = new ArrayList<>();
        if (value.equals(OF_SPARK.value) && Columns.find(rows, "value").isEmpty()) {
            problems.add(new Problem(
                    "valueFrom",
                    "value",
                    "there is no such column (columns: " + String.join(", ", rows.columns()) + ")",
                    "Call valueAsJson() for all columns as a document, or valueFrom(...) with the column to send."));
        } else {
            problems.addAll(value.problems(rows));
        }
        keyIn(rows).ifPresent(payload -> problems.addAll(payload.problems(rows)));
        typeProblem(rows, "topicFrom", topic, "string").ifPresent(problems::add);
        typeProblem(rows, "headersFrom", headers, HEADERS).ifPresent(problems::add);
        typeProblem(rows, "partitionFrom", partition, "int").ifPresent(problems::add);
        return problems;
    }

    @Override
    public String toString() {
        return "key " + (key == null ? "from the column key, if any" : key.toString()) + ", value " + value;
    }

    private Optional<KafkaPayload> keyIn(Dataset<Row> rows) {
        return key != null
                ? Optional.of(key)
                : Columns.find(rows, "key").map(column -> KafkaPayload.of("keyFrom", column.name()));
    }

    private static Optional<Column> part(Dataset<Row> rows, @Nullable String column, String name) {
        return Optional.ofNullable(column)
                .map(given -> Columns.named(rows, given).as(name));
    }

    private static Optional<Problem> typeProblem(
            Dataset<Row> rows, String call, @Nullable String column, String needed) {
        if (column == null) {
            return Optional.empty();
        }
        return Columns.find(rows, column)
                .map(field -> field.dataType().catalogString())
                .map(type -> type.equals(needed)
                        ? Optional.<Problem>empty()
                        : Optional.of(new Problem(
                                call,
                                column,
                                "the column is " + type + ", needed is " + needed,
                                "Cast it, or name another column.")))
                .orElseGet(() -> Optional.of(Columns.missing(call, column, rows)));
    }
}
