package io.millrace.sinks;

import io.millrace.core.Problem;
import io.millrace.core.internal.Columns;
import io.millrace.core.internal.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/**
 * The columns for the parts of a record.
 *
 * @param value null for the column {@code value}
 * @param key null for the column {@code key}, if there is one
 */
record KafkaColumns(
        @Nullable KafkaPayload value,
        @Nullable KafkaPayload key,
        @Nullable String topic,
        @Nullable String headers,
        @Nullable String partition) {
    static final KafkaColumns OF_SPARK = new KafkaColumns(null, null, null, null, null);

    static final String HEADERS = "array<struct<key:string,value:binary>>";

    /** The columns of the source that say where a record was read, which are not part of a written record. */
    private static final Set<String> OF_THE_SOURCE =
            Set.of("topic", "partition", "offset", "timestamp", "timestampType");

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

    /** Whether columns say where records go. */
    boolean namePlaces() {
        return topic != null || partition != null;
    }

    String topicText() {
        return topic == null ? "not named" : "from " + topic;
    }

    /** These columns, with those of {@code rows} that Spark's own sink takes by name, unless others were named. */
    KafkaColumns in(Dataset<Row> rows, boolean topicIsNamed) {
        boolean isRead = isRead(rows);
        return new KafkaColumns(
                value,
                key,
                topic != null || topicIsNamed || isRead ? topic : named(rows, "topic", "string"),
                headers != null ? headers : named(rows, "headers", HEADERS),
                partition != null || !isOfSpark() || isRead ? partition : named(rows, "partition", "int"));
    }

    /** Whether topic and partition of {@code rows} say where they were read, not where to write them. */
    private static boolean isRead(Dataset<Row> rows) {
        return List.of(rows.columns()).containsAll(OF_THE_SOURCE);
    }

    /** What Spark's Kafka sink takes, by the names by which it finds it, of rows with the columns of {@code rows}. */
    Map<String, Column> parts(Dataset<Row> rows) {
        Map<String, Column> parts = new LinkedHashMap<>();
        parts.put("value", valueOrDefault().in(rows));
        keyIn(rows).ifPresent(payload -> parts.put("key", payload.in(rows)));
        part(rows, topic).ifPresent(column -> parts.put("topic", column));
        part(rows, headers).ifPresent(column -> parts.put("headers", column));
        part(rows, partition).ifPresent(column -> parts.put("partition", column));
        return parts;
    }

    /** The columns of {@code rows} that no part of a record uses. */
    List<String> unused(Dataset<Row> rows) {
        Set<String> used = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        if (isRead(rows)) {
            used.addAll(OF_THE_SOURCE);
        }
        if (isOfSpark()) {
            used.add("topic"); // a topic that is named counts before it, as in Spark's own sink
        }
        used.addAll(valueOrDefault().namesIn(rows));
        keyIn(rows).ifPresent(payload -> used.addAll(payload.namesIn(rows)));
        Stream.of(Optional.ofNullable(topic), Optional.ofNullable(headers), Optional.ofNullable(partition))
                .forEach(column -> column.ifPresent(used::add));
        return Stream.of(rows.columns()).filter(name -> !used.contains(name)).toList();
    }

    /** Whether the value is the column that Spark's own sink takes, rather than one that was named. */
    boolean isOfSpark() {
        return value == null && key == null;
    }

    List<Problem> problems(Dataset<Row> rows) {
        List<Problem> problems = new ArrayList<>();
        if (value == null && Columns.find(rows, "value").isEmpty()) {
            problems.add(new Problem(
                    "valueFrom",
                    "value",
                    Columns.reasonIfMissing(rows),
                    "Call valueAsJson() for all columns as a document, or valueFrom(...) with the column to send."));
        } else {
            problems.addAll(valueOrDefault().problems(rows));
        }
        keyIn(rows).ifPresent(payload -> problems.addAll(payload.problems(rows)));
        typeProblem(rows, "topicFrom", topic, "string").ifPresent(problems::add);
        typeProblem(rows, "headersFrom", headers, HEADERS).ifPresent(problems::add);
        typeProblem(rows, "partitionFrom", partition, "int").ifPresent(problems::add);
        return problems;
    }

    @Override
    public String toString() {
        return "key " + (key == null ? "from the column key, if any" : key.toString()) + ", value "
                + (value == null ? "from the column value" : value)
                + (headers == null ? "" : ", headers " + headers)
                + (partition == null ? "" : ", partition " + partition);
    }

    private KafkaPayload valueOrDefault() {
        return value != null ? value : KafkaPayload.of("valueFrom", "value");
    }

    private Optional<KafkaPayload> keyIn(Dataset<Row> rows) {
        return key != null
                ? Optional.of(key)
                : Columns.find(rows, "key").map(column -> KafkaPayload.of("keyFrom", column.name()));
    }

    private static @Nullable String named(Dataset<Row> rows, String name, String type) {
        return Columns.find(rows, name)
                .filter(field -> field.dataType().catalogString().equals(type))
                .map(StructField::name)
                .orElse(null);
    }

    private static Optional<Column> part(Dataset<Row> rows, @Nullable String column) {
        return Optional.ofNullable(column).map(given -> Columns.at(rows, given));
    }

    private static Optional<Problem> typeProblem(
            Dataset<Row> rows, String call, @Nullable String column, String needed) {
        if (column == null) {
            return Optional.empty();
        }
        Optional<String> type =
                Columns.find(rows, column).map(field -> field.dataType().catalogString());
        if (type.filter(needed::equals).isPresent()) {
            return Optional.empty();
        }
        Finding finding = type.map(
                        other -> Columns.wrongType(call, column, other, needed, "Cast it, or name another column."))
                .orElseGet(() -> Columns.missing(call, column, rows));
        return Optional.of(finding.as(Problem::new));
    }
}
