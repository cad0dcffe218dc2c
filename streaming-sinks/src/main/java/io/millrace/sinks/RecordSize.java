package io.millrace.sinks;

import static org.apache.spark.sql.functions.aggregate;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.octet_length;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The size of a record as Kafka's producer and its brokers compute it. They refuse a record that is too large without
 * details; here the error has topic, sizes and the place where it was read, never the content of the row.
 */
final class RecordSize {
    // AbstractRecords.estimateSizeInBytesUpperBound: the header of a batch, and the fields of a record at their
    // longest. DefaultRecord: the same fields of the first record of a batch, less the length of the whole.
    private static final int BATCH = 61;
    private static final int LONGEST_FIELDS = 21;
    private static final int FIRST_FIELDS = 3;

    /** How the columns are called that say where a record was read. */
    private static final String READ = "read_";

    private final Map<String, Column> parts;
    private final RecordLimit limit;

    /** @param parts those of {@link KafkaColumns#parts} */
    RecordSize(Map<String, Column> parts, RecordLimit limit) {
        this.parts = parts;
        this.limit = limit;
    }

    /** Whether Kafka refuses the record; never NULL. */
    Column isTooLarge() {
        Column beyondProducer = atMost().gt(limit.bytes());
        return limit.ofTopic()
                .map(bytes -> beyondProducer.or(alone().gt(bytes)))
                .orElse(beyondProducer);
    }

    /** Its size and the limit, a clause. */
    Column reason() {
        Column ofProducer = concat(sizes(atMost()), lit(limit.setting() + " = " + limit.bytes()));
        return limit.ofTopic()
                .map(bytes -> when(atMost().gt(limit.bytes()), ofProducer)
                        .otherwise(concat(sizes(alone()), lit("max.message.bytes = " + bytes + " of the topic"))))
                .orElse(ofProducer);
    }

    private Column sizes(Column bytes) {
        return concat(
                bytes.cast("string"),
                lit(" bytes (key "),
                length("key").cast("string"),
                lit(", value "),
                length("value").cast("string"),
                lit("), more than "));
    }

    /**
     * The records of {@code rows} for Spark's sink; one that is too large fails its task.
     *
     * @param topic the topic of all records, if there is one
     * @param isRead whether {@code rows} say where they were read
     */
    static Dataset<Row> limited(
            Dataset<Row> rows, Map<String, Column> parts, RecordLimit limit, Optional<String> topic, boolean isRead) {
        Stream<Column> named =
                parts.entrySet().stream().map(part -> part.getValue().as(part.getKey()));
        Stream<Column> read = isRead
                ? Stream.of("topic", "partition", "offset")
                        .map(name -> col(name).as(READ + name))
                : Stream.empty();
        // Two steps, so that the size is that of a document that is made once.
        Dataset<Row> records = rows.select(Stream.concat(named, read).toArray(Column[]::new));
        RecordSize sized = new RecordSize(
                parts.keySet().stream().collect(Collectors.toMap(name -> name, name -> col(name))), limit);
        Column value = when(sized.isTooLarge(), raise_error(sized.refusal(topic, isRead)))
                .otherwise(col("value"))
                .as("value");
        return records.select(parts.keySet().stream()
                .map(name -> name.equals("value") ? value : col(name))
                .toArray(Column[]::new));
    }

    /** The upper bound that the producer compares with its own limits. */
    private Column atMost() {
        return lit(BATCH + LONGEST_FIELDS).plus(content());
    }

    /** The size of a batch with this record alone, which brokers compare with that of the topic. */
    private Column alone() {
        Column record = lit(FIRST_FIELDS).plus(content());
        return lit(BATCH).plus(part(record));
    }

    private Column content() {
        return part(length("key")).plus(part(length("value"))).plus(parts.containsKey("headers") ? headers() : lit(1));
    }

    private Column headers() {
        Column headers = part("headers");
        Column each = aggregate(
                headers,
                lit(0),
                (sum, header) -> sum.plus(part(coalesce(octet_length(header.getField("key")), lit(0))))
                        .plus(part(coalesce(octet_length(header.getField("value")), lit(0)))));
        return coalesce(each.plus(lengthOfLength(size(headers))), lit(1));
    }

    /** The bytes of a part, with the number of bytes before them. */
    private static Column part(Column length) {
        return length.plus(lengthOfLength(length));
    }

    /** Seven bits a byte, and one bit for the sign. */
    private static Column lengthOfLength(Column length) {
        return when(length.lt(1 << 6), 1)
                .when(length.lt(1 << 13), 2)
                .when(length.lt(1 << 20), 3)
                .when(length.lt(1 << 27), 4)
                .otherwise(5);
    }

    private Column length(String name) {
        return parts.containsKey(name) ? coalesce(octet_length(part(name)), lit(0)) : lit(0);
    }

    private Column part(String name) {
        return parts.getOrDefault(name, lit(null));
    }

    private Column refusal(Optional<String> topic, boolean isRead) {
        Column place =
                parts.containsKey("topic") ? coalesce(part("topic"), lit("NULL")) : lit(topic.orElse("not named"));
        Column partition = parts.containsKey("partition")
                ? coalesce(concat(lit(", partition "), part("partition").cast("string")), lit(""))
                : lit("");
        return concat(
                lit("A record for topic "),
                place,
                partition,
                isRead ? read() : lit(""),
                lit(" has "),
                reason(),
                lit(". Raise the limits with option(\"" + limit.setting()
                        + "\", ...) on the sink and max.message.bytes on the topic, and restart; make the rows smaller"
                        + " in an earlier step; or let oversized() of the sink route them."));
    }

    private static Column read() {
        List<Column> texts = Stream.of("topic", "partition", "offset")
                .map(name -> coalesce(col(READ + name).cast("string"), lit("NULL")))
                .toList();
        return concat(
                lit(" (read from "),
                texts.get(0),
                lit(", partition "),
                texts.get(1),
                lit(", offset "),
                texts.get(2),
                lit(")"));
    }
}
