package io.millrace.sinks;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.core.DeadLetterSink;
import io.millrace.core.KafkaSecurity;
import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.core.Transform;
import io.millrace.core.ValidationException;
import io.millrace.core.internal.EmptyRows;
import io.millrace.core.internal.kafka.KafkaBrokers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.jspecify.annotations.Nullable;

/**
 * Writes each row as a record of Kafka, in every output mode and under every trigger. By default the value is the
 * column {@code value}, the key the column {@code key} if there is one, and the headers a column {@code headers} of the
 * type that the source reads. At least once: acknowledged by all replicas and not duplicated by the producer's own
 * retries, but a rerun of a task or batch writes its records again, so give records a key that identifies them. A
 * record that is too large for the producer fails the query, with its sizes. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Sinks.kafka("localhost:9092").topic("counts").keyFrom("zip").valueAsJson()
 * }</pre>
 */
public final class KafkaSink implements BatchSink, DeadLetterSink {
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String OF_LETTERS =
            "the original record says key, value and headers of a dead letter, and topic(...) where it goes. Leave out"
                    + " keyFrom(...), valueAsJson(...) and the other calls that name columns.";

    private final KafkaColumns columns;
    private final ProducerSettings settings;
    private final Duration patience;
    private final boolean letters;
    private final LimitOnce routes = new LimitOnce();

    private KafkaSink(KafkaColumns columns, ProducerSettings settings, Duration patience, boolean letters) {
        this.columns = columns;
        this.settings = settings;
        this.patience = patience;
        this.letters = letters;
    }

    static KafkaSink at(String bootstrapServers) {
        return new KafkaSink(
                KafkaColumns.OF_SPARK, ProducerSettings.at(KafkaBrokers.servers(bootstrapServers)), PATIENCE, false);
    }

    /** The topic of every record, in place of a topic column named before. It must exist. */
    public KafkaSink topic(String name) {
        notNull("topic(name)", name);
        if (!TOPIC.matcher(name).matches() || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("topic(\"" + name
                    + "\"): a topic cannot have this name. Use letters, digits, dot, _ and -, at most 249 of them.");
        }
        return new KafkaSink(columns.withoutTopic(), settings.with("topic", name), patience, letters);
    }

    /** The column that names the topic of each record, a string, in place of a topic named before. Never NULL. */
    public KafkaSink topicFrom(String column) {
        notNull("topicFrom(column)", column);
        return with(columns.topic(column)).with(settings.without("topic"));
    }

    /** The column that is the value: binary or string as it is, a whole number as its digits. Default {@code value}. */
    public KafkaSink valueFrom(String column) {
        notNull("valueFrom(column)", column);
        return with(columns.value(KafkaPayload.of("valueFrom", column)));
    }

    /** The value is a JSON document of these columns, or of all if none is named. A NULL leaves its field out. */
    public KafkaSink valueAsJson(String... names) {
        notNull("valueAsJson(names)", (Object) names);
        return valueAsJson(List.of(names));
    }

    /** The value is a JSON document of these columns, or of all if none is named. A NULL leaves its field out. */
    public KafkaSink valueAsJson(List<String> names) {
        notNull("valueAsJson(names)", names);
        return with(columns.value(KafkaPayload.json("valueAsJson", names)));
    }

    /**
     * The column that is the key: binary or string as it is, a whole number as its digits. Default {@code key}, if any.
     */
    public KafkaSink keyFrom(String column) {
        notNull("keyFrom(column)", column);
        return with(columns.key(KafkaPayload.of("keyFrom", column)));
    }

    /** The key is a JSON document of these columns, such as those that a query groups by. */
    public KafkaSink keyAsJson(String firstColumn, String... moreColumns) {
        notNull("keyAsJson(firstColumn, moreColumns)", firstColumn, moreColumns);
        List<String> names = new ArrayList<>(List.of(moreColumns));
        names.add(0, firstColumn);
        return keyAsJson(names);
    }

    /** The key is a JSON document of these columns, such as those that a query groups by. */
    public KafkaSink keyAsJson(List<String> names) {
        notNull("keyAsJson(names)", names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("keyAsJson(): name at least one column.");
        }
        return with(columns.key(KafkaPayload.json("keyAsJson", names)));
    }

    /** The column with the headers, {@code array<struct<key:string,value:binary>>}, as the source reads them. */
    public KafkaSink headersFrom(String column) {
        notNull("headersFrom(column)", column);
        return with(columns.headers(column));
    }

    /** The column with the number of the partition, an int; NULL leaves it to the producer. Default the key decides. */
    public KafkaSink partitionFrom(String column) {
        notNull("partitionFrom(column)", column);
        return with(columns.partition(column));
    }

    /**
     * Writes rows of {@code malformed()}, as of {@link io.millrace.core.JsonMarks}, as they were read: a record has the
     * bytes of the original value and key and the original headers, and then, as texts in UTF-8,
     * {@code millrace.reason}, {@code millrace.topic}, {@code millrace.partition}, {@code millrace.offset} and
     * {@code millrace.timestamp}: why the row could not be used, and where and when the record was written. A part that
     * is NULL has no header.
     *
     * @throws IllegalArgumentException if columns of a record were named, which the original record says here
     */
    public KafkaSink deadLetters() {
        if (!columns.equals(KafkaColumns.OF_SPARK)) {
            throw new IllegalArgumentException("deadLetters(): " + OF_LETTERS);
        }
        return new KafkaSink(columns, settings, patience, true);
    }

    /**
     * The rows whose records Kafka takes, as a step of the branch that writes them: those that are not
     * {@link #oversized}.
     */
    public Transform fitting() {
        return new SizedRows(this, true);
    }

    /**
     * The rows whose records Kafka would refuse for their size, as steps of a branch of their own: {@code value},
     * {@code key}, {@code topic}, {@code partition}, {@code offset}, {@code timestamp}, {@code headers} if there are
     * any, {@code reason}. Value and key are those of the record; a place that the rows do not have is NULL. A record
     * is too large for the producer ({@code kafka.max.request.size}, {@code kafka.buffer.memory}), or before
     * compression for the topic that is named ({@code max.message.bytes}, which the brokers are asked for once, at the
     * first use). Each row is in exactly one of {@code fitting()} and {@code oversized()} of the same sink.
     *
     * <pre>{@code
     * Sinks.several("counts", kafka.fitting(), kafka)
     *         .and("large", kafka.oversized(), Sinks.parquet("s3a://bucket/large"))
     * }</pre>
     */
    public Transform oversized() {
        return new SizedRows(this, false);
    }

    /** How to encrypt and to log in, in place of any security set before. Default neither. */
    public KafkaSink security(KafkaSecurity security) {
        notNull("security(security)", security);
        return with(settings.with(security));
    }

    /**
     * A setting of the producer, its name after {@code kafka.}, such as {@code kafka.linger.ms}.
     *
     * @throws IllegalArgumentException if it is a secret, or would weaken the guarantee of this sink
     */
    public KafkaSink option(String key, String value) {
        notNull("option(key, value)", key, value);
        return with(settings.option(key, value));
    }

    /** As {@link #option(String, String)}. */
    public KafkaSink option(String key, boolean value) {
        return option(key, Boolean.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public KafkaSink option(String key, long value) {
        return option(key, Long.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public KafkaSink option(String key, double value) {
        return option(key, Double.toString(value));
    }

    /** How long the check before the start waits for the broker. Default 10 seconds. */
    KafkaSink patience(Duration patience) {
        return new KafkaSink(columns, settings, patience, letters);
    }

    @Override
    public DataStreamWriter<Row> write(Dataset<Row> rows) {
        notNull("write(rows)", rows);
        RecordLimit limit = settings.recordLimit(patience);
        return records(rows, limit)
                .writeStream()
                .format("kafka")
                .options(settings.withBatchesFor(limit).options());
    }

    @Override
    public VoidFunction2<Dataset<Row>, Long> batchesOf(Dataset<Row> stream) {
        notNull("batchesOf(stream)", stream);
        RecordLimit limit = settings.recordLimit(patience);
        Map<String, String> options = settings.withBatchesFor(limit).options();
        return (rows, batchId) -> {
            if (!EmptyRows.are(rows)) {
                records(rows, limit).write().format("kafka").options(options).save();
            }
        };
    }

    @Override
    public List<Problem> check(PlannedQuery query) {
        notNull("check(query)", query);
        List<Problem> problems = new ArrayList<>(settings.problems());
        if (settings.topic().isEmpty() && (letters || !columns(query).nameTopics())) {
            problems.add(new Problem(
                    "topic",
                    "nothing",
                    "no topic is named",
                    "Call topic(\"...\"), or topicFrom(\"...\") with a column."));
        }
        query.rows().ifPresent(rows -> problems.addAll(problems(rows)));
        if (problems.isEmpty() && columns.isOfSpark() && !letters) {
            problems.addAll(unused(query));
        }
        if (problems.isEmpty()) {
            settings.brokerProblem(patience).ifPresent(problems::add);
        }
        return problems;
    }

    /** Warns of columns that are not written, and of a topic that takes smaller records than the producer. */
    @Override
    public List<Problem> notes(PlannedQuery query) {
        notNull("notes(query)", query);
        List<Problem> notes = new ArrayList<>(columns.isOfSpark() ? List.of() : unused(query));
        settings.topicLimit(patience).ifPresent(notes::add);
        return notes;
    }

    /**
     * For {@code deadLettersTo} of another sink, which calls it. Letters go to {@link #topic}, with the settings of
     * this sink.
     *
     * @throws IllegalArgumentException without a topic, or if columns of a record were named
     */
    @Override
    public DeadLetterSink.Sender sender() {
        if (!columns.equals(KafkaColumns.OF_SPARK)) {
            throw new IllegalArgumentException("deadLettersTo(kafka): " + OF_LETTERS);
        }
        String topic = settings.topic()
                .orElseThrow(() -> new IllegalArgumentException(
                        "deadLettersTo(kafka): no topic is named. Call topic(\"...\") on the sink of the letters."));
        return new KafkaLetterSender(settings, topic, patience);
    }

    /** Topic, brokers, the parts of a record, and options, without secrets. */
    @Override
    public List<String> targets() {
        return List.of("kafka topic " + settings.topic().orElseGet(columns::topicText));
    }

    @Override
    public String describe() {
        return "kafka topic " + settings.topic().orElseGet(columns::topicText) + " at " + settings + ", "
                + (letters ? "dead letters" : columns) + settings.describeOthers();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KafkaSink sink
                && columns.equals(sink.columns)
                && settings.equals(sink.settings)
                && letters == sink.letters;
    }

    @Override
    public int hashCode() {
        return Objects.hash(columns, settings, letters);
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }

    private Dataset<Row> records(Dataset<Row> rows, RecordLimit limit) {
        return RecordSize.limited(rows, parts(rows), limit, settings.topic(), isRead(rows));
    }

    /** The parts of a record, of rows with the columns of {@code rows}. */
    Map<String, Column> parts(Dataset<Row> rows) {
        return letters ? LetterRecords.parts(rows) : in(rows).parts(rows);
    }

    /** Why a record cannot be made of {@code rows}. */
    List<Problem> problems(Dataset<Row> rows) {
        return letters ? LetterRecords.problems(rows) : in(rows).problems(rows);
    }

    /** That by which {@link #fitting} and {@link #oversized} part the rows: it does not change. */
    RecordLimit limitOfRoutes() {
        return routes.limit(() -> {
            settings.brokerProblem(patience).ifPresent(problem -> {
                throw new ValidationException("The size that Kafka takes", List.of(problem));
            });
            return settings.recordLimit().withTopic(settings.ofTopic(patience));
        });
    }

    /** Whether topic, partition and offset of {@code rows} say where each was read. */
    private boolean isRead(Dataset<Row> rows) {
        return List.of(rows.columns()).containsAll(List.of("topic", "partition", "offset"))
                && (letters || !in(rows).namePlaces());
    }

    private KafkaColumns in(Dataset<Row> rows) {
        return columns.in(rows, settings.topic().isPresent());
    }

    private KafkaColumns columns(PlannedQuery query) {
        return query.rows()
                .map(rows -> columns.in(rows, settings.topic().isPresent()))
                .orElse(columns);
    }

    private List<Problem> unused(PlannedQuery query) {
        List<String> unused = query.rows().map(columns(query)::unused).orElse(List.of());
        return unused.isEmpty()
                ? List.of()
                : List.of(new Problem(
                        "kafka",
                        String.join(", ", unused),
                        "no part of a record uses these columns, so that they are not written",
                        "Name them in valueAsJson(...), headersFrom(...) or keyFrom(...), or leave them out with"
                                + " select(...) in an earlier step."));
    }

    private KafkaSink with(ProducerSettings changed) {
        return new KafkaSink(columns, changed, patience, letters);
    }

    private KafkaSink with(KafkaColumns changed) {
        if (letters) {
            throw new IllegalArgumentException("deadLetters(): " + OF_LETTERS);
        }
        return new KafkaSink(changed, settings, patience, false);
    }
}
