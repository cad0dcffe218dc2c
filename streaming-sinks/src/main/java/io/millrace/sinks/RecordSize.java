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

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The size of a record as Kafka's producer computes it. The producer refuses a record that is too large without
 * details; here the error has topic and sizes, never the content of the row.
 */
final class RecordSize {
    // AbstractRecords.estimateSizeInBytesUpperBound: the header of a batch, and the fields of a record at their
    // longest.
    private static final int OVERHEAD = 61 + 21;

    private final Dataset<Row> records;

    private RecordSize(Dataset<Row> records) {
        this.records = records;
    }

    /** {@code records}, with the column names of Spark's sink; a record that is too large fails its task. */
    static Dataset<Row> limited(Dataset<Row> records, ProducerSettings settings) {
        return new RecordSize(records).limited(settings);
    }

    private Dataset<Row> limited(ProducerSettings settings) {
        RecordLimit limit = settings.recordLimit();
        Column value = when(bytes().gt(limit.bytes()), raise_error(refusal(limit, settings.topic())))
                .otherwise(col("value"))
                .as("value");
        return records.select(Arrays.stream(records.columns())
                .map(name -> name.equals("value") ? value : col(name))
                .toArray(Column[]::new));
    }

    private Column bytes() {
        return lit(OVERHEAD)
                .plus(part(length("key")))
                .plus(part(length("value")))
                .plus(has("headers") ? headers() : lit(1));
    }

    private Column headers() {
        Column each = aggregate(
                col("headers"),
                lit(0),
                (sum, header) -> sum.plus(part(coalesce(octet_length(header.getField("key")), lit(0))))
                        .plus(part(coalesce(octet_length(header.getField("value")), lit(0)))));
        return coalesce(each.plus(lengthOfLength(size(col("headers")))), lit(1));
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
        return has(name) ? coalesce(octet_length(col(name)), lit(0)) : lit(0);
    }

    private Column refusal(RecordLimit limit, Optional<String> topic) {
        Column place = has("topic") ? coalesce(col("topic"), lit("NULL")) : lit(topic.orElse("not named"));
        Column partition = has("partition")
                ? coalesce(concat(lit(", partition "), col("partition").cast("string")), lit(""))
                : lit("");
        return concat(
                lit("A record for topic "),
                place,
                partition,
                lit(" has "),
                bytes().cast("string"),
                lit(" bytes (key "),
                length("key").cast("string"),
                lit(", value "),
                length("value").cast("string"),
                lit("), more than " + limit.setting() + " = " + limit.bytes() + ". Raise it with option(\""
                        + limit.setting()
                        + "\", ...) on the sink and max.message.bytes on the topic, or make the rows smaller in an"
                        + " earlier step."));
    }

    private boolean has(String name) {
        return List.of(records.columns()).contains(name);
    }
}
