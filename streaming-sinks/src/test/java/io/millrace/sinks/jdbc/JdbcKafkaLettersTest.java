package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.sinks.Batches;
import io.millrace.sinks.KafkaSink;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that a table refuses become records of a topic. */
@Timeout(120)
class JdbcKafkaLettersTest {
    private static final TestKafka KAFKA = TestKafka.shared();
    private static final StructType STREAM = new StructType().add("id", "int").add("name", "string");

    private final Path checkpoint;
    private final String topic;

    JdbcKafkaLettersTest(@TempDir Path checkpoint, TestInfo test) {
        this.checkpoint = checkpoint;
        this.topic = test.getTestMethod().orElseThrow().getName() + "-"
                + test.getDisplayName().replaceAll("[^a-z0-9]", "");
    }

    @BeforeEach
    void emptyTable() {
        KAFKA.createTopic(topic, 2);
        Server.execute(
                "DROP TABLE IF EXISTS lettered, millrace_fence, millrace_ledger",
                "CREATE TABLE lettered (id int PRIMARY KEY, name text CONSTRAINT good CHECK (name <> 'bad'))");
    }

    @Test
    void aRowThatAnUpsertRefusesIsARecordWithWhatTheTableWouldHave() {
        Server.write(upsert().writer(STREAM), row(1, "good"), row(2, "bad"), row(3, "good"));

        assertThat(Server.rows("SELECT id FROM lettered ORDER BY 1")).containsExactly("1", "3");
        assertThat(records())
                .containsExactly("{\"id\":2}={\"id\":2,\"name\":\"bad\"} {batch=0, digest=" + digestOfBad()
                        + ", reason=ERROR: new row for relation \"lettered\" violates check constraint \"good\","
                        + " sqlstate=23514, target=lettered}");
    }

    /** That of the same row in a table of dead letters. */
    private static String digestOfBad() {
        Server.execute("DROP TABLE IF EXISTS refused");
        Server.write(
                Sinks.jdbc(Server.database())
                        .table("lettered")
                        .upsertOn("id")
                        .deadLettersTo("refused")
                        .writer(STREAM),
                row(2, "bad"),
                row(4, "good"));
        Server.execute("DELETE FROM lettered WHERE id = 4");
        return Server.rows("SELECT digest FROM refused").get(0);
    }

    @Test
    void aRowThatMariaDbRefusesIsARecord() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS lettered, millrace_fence",
                "CREATE TABLE lettered (id int PRIMARY KEY, name varchar(9) CHECK (name <> 'bad'))");

        Server.write(
                Sinks.jdbc(MariaDb.database())
                        .table("lettered")
                        .upsertOn("id")
                        .deadLettersTo(kafka())
                        .writer(STREAM),
                row(1, "good"),
                row(2, "bad"),
                row(3, "a name that is too long"));

        assertThat(MariaDb.rows("SELECT id FROM lettered")).containsExactly("1");
        assertThat(records())
                .map(record -> record.replaceFirst(" \\{.*(?s:.*)", ""))
                .containsExactly(
                        "{\"id\":2}={\"id\":2,\"name\":\"bad\"}",
                        "{\"id\":3}={\"id\":3,\"name\":\"a name that is too long\"}");
    }

    /** Names with a NUL cannot be sent: the task stages their refusal in place of the row. */
    @ParameterizedTest(name = "{0}, {1} partitions")
    @CsvSource({"append, 1", "append, 3", "upsert, 1", "upsert, 3"})
    void rowsThatAnExactBatchRefusesAreRecordsAndAFinishedBatchSendsNothingAgain(String verb, int partitions)
            throws Exception {
        JdbcExactlyOnce sink = exact(verb);

        Batches.batch(sink.write(rows(partitions)), checkpoint);
        Batches.uncommit(checkpoint);
        Batches.batch(sink.write(rows(partitions)), checkpoint);

        assertThat(Server.rows("SELECT id FROM lettered WHERE id < 10 ORDER BY 1"))
                .containsExactly("0", "1", "2", "5", "6", "7", "8", "9");
        assertThat(records())
                .satisfiesExactly(
                        invalid -> assertThat(invalid)
                                .startsWith(key(verb, 3) + "={\"id\":3,\"name\":\"\\\\u0000\"} ")
                                .contains("sqlstate=22000", "target=lettered", "query="),
                        refused -> assertThat(refused)
                                .startsWith(key(verb, 4) + "={\"id\":4,\"name\":\"bad\"} ")
                                .contains("sqlstate=23514", "violates check constraint"));
    }

    private static String key(String verb, int id) {
        return verb.equals("upsert") ? "{\"id\":" + id + "}" : "null";
    }

    private static org.apache.spark.sql.Dataset<Row> rows(int partitions) {
        return Batches.stream(
                partitions,
                "cast(value AS int) AS id",
                "CASE value WHEN 3 THEN string(x'00') WHEN 4 THEN 'bad' ELSE 'good' END AS name");
    }

    @Test
    void keysHaveTheirTextInTheDocument() {
        Server.execute(
                "DROP TABLE lettered",
                "CREATE TABLE lettered (at timestamptz, zip text, n int CHECK (n > 0), PRIMARY KEY (zip, at))");
        StructType stream =
                new StructType().add("at", "timestamp").add("zip", "string").add("n", "int");

        Server.write(
                Sinks.jdbc(Server.database())
                        .table("lettered")
                        .upsertOn("zip", "at")
                        .deadLettersTo(kafka())
                        .writer(stream),
                row(Timestamp.from(java.time.Instant.parse("2026-01-01T12:00:00.123456Z")), "94105", 0),
                row(Timestamp.from(java.time.Instant.parse("2026-01-01T12:00:00Z")), "94105", 1));

        assertThat(records())
                .singleElement()
                .asString()
                .startsWith("{\"zip\":\"94105\",\"at\":\"2026-01-01T12:00:00.123456Z\"}="
                        + "{\"at\":\"2026-01-01T12:00:00.123456Z\",\"zip\":\"94105\",\"n\":0} ");
    }

    @Test
    void tooManyRefusedRowsFailTheTaskAsWithATable() {
        Row[] rows = IntStream.range(0, 100)
                .mapToObj(id -> row(id, id < 11 ? "bad" : "good"))
                .toArray(Row[]::new);

        assertThatThrownBy(() -> Server.write(upsert().deadLettersAtMost(0.1).writer(STREAM), rows))
                .hasMessage("\"lettered\" refuses 11 of 100 rows, more than deadLettersAtMost(0.1) allows. Inspect them"
                        + " in kafka topic " + topic + " at " + KAFKA.bootstrapServers() + ".");
        assertThat(records()).hasSize(11);
    }

    @Test
    void tooManyRefusedRowsOfAnExactBatchFailItBeforeAnyIsSent() {
        Server.execute("ALTER TABLE lettered ADD CHECK (id < 40)");
        JdbcExactlyOnce sink = exact("append").deadLettersAtMost(0.1);

        assertThatThrownBy(() -> Batches.batch(
                        sink.write(Batches.stream(
                                2, "explode(sequence(int(value * 10), int(value * 10 + 9))) AS id", "'good' AS name")),
                        checkpoint))
                .hasMessageContaining("more than deadLettersAtMost(0.1) allows")
                .hasMessageContaining("Nothing of the batch is in the table or in kafka topic " + topic);
        assertThat(records()).isEmpty();
        assertThat(Server.rows("SELECT id FROM lettered")).isEmpty();
    }

    @Test
    void theTopicIsCheckedBeforeTheStart() {
        JdbcUpsert nowhere = target().upsertOn("id")
                .deadLettersTo(at(KAFKA.bootstrapServers()).topic("nowhere"));

        assertThat(problems(nowhere))
                .containsExactly("deadLettersTo(topic nowhere): the brokers at " + KAFKA.bootstrapServers()
                        + " have no such topic. Create it, or check the name: kafka-topics.sh --bootstrap-server "
                        + KAFKA.bootstrapServers() + " --create --topic nowhere.");
        assertThatThrownBy(() -> nowhere.writer(STREAM)).hasMessageContaining("have no such topic");
        assertThat(problems(target().appendExactlyOnce().deadLettersTo(kafka().option("kafka.linger.sm", 5))))
                .singleElement()
                .asString()
                .startsWith("deadLettersTo(option kafka.linger.sm): ");
        assertThat(problems(upsert())).isEmpty();
    }

    @Test
    void aSinkThatMakesSomethingElseOfItsRecordsIsRefused() {
        JdbcUpsert upsert = target().upsertOn("id");

        assertThatThrownBy(() -> upsert.deadLettersTo(at("localhost:9092")))
                .hasMessage("deadLettersTo(kafka): no topic is named. Call topic(\"...\") on the sink of the letters.");
        for (KafkaSink sink :
                List.of(kafka().keyFrom("id"), kafka().valueAsJson(), at("l:1").topicFrom("topic"))) {
            assertThatThrownBy(() -> target().appendExactlyOnce().deadLettersTo(sink))
                    .hasMessageStartingWith("deadLettersTo(kafka): the original record says key, value and headers");
        }
        assertThatThrownBy(() -> Sinks.jdbc(MariaDb.database())
                        .table("lettered")
                        .appendExactlyOnce()
                        .deadLettersTo(kafka()))
                .hasMessageContaining("an exactly-once batch can keep its refused rows only on PostgreSQL");
    }

    @Test
    void theSinkIsDescribedAndAskedForNoTable() {
        String place = "deadLettersTo(kafka topic " + topic + " at " + KAFKA.bootstrapServers() + ")";

        assertThat(upsert().describe()).contains(", " + place);
        assertThat(upsert().ddl()).contains("millrace_fence").doesNotContain("digest");
        assertThat(upsert()).isEqualTo(upsert()).hasSameHashCodeAs(upsert());
        assertThat(upsert()).isNotEqualTo(target().upsertOn("id").deadLettersTo(kafka().option("kafka.linger.ms", 7)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void aBatchWithoutRefusedRowsSendsNothing(int partitions) throws Exception {
        Batches.batch(
                exact("append").write(Batches.stream(partitions, "cast(value AS int) AS id", "'good' AS name")),
                checkpoint);

        assertThat(Server.rows("SELECT count(*) FROM lettered")).containsExactly("10");
        assertThat(records()).isEmpty();
    }

    private JdbcUpsert upsert() {
        return target().upsertOn("id").deadLettersTo(kafka());
    }

    private JdbcExactlyOnce exact(String verb) {
        return (verb.equals("append") ? target().appendExactlyOnce() : target().upsertExactlyOnce("id"))
                .deadLettersTo(kafka());
    }

    private static JdbcTarget target() {
        return Sinks.jdbc(Server.database()).table("lettered");
    }

    private KafkaSink kafka() {
        return at(KAFKA.bootstrapServers()).topic(topic);
    }

    private static KafkaSink at(String servers) {
        return Sinks.kafka(servers);
    }

    private List<String> problems(io.millrace.core.Sink sink) {
        return sink
                .check(new PlannedQuery(
                        "letters",
                        Optional.of(rows(1)),
                        OutputMode.Append(),
                        Trigger.ProcessingTime(0),
                        Optional.of(checkpoint.toString())))
                .stream()
                .map(Problem::toString)
                .toList();
    }

    /** {@code key=value {headers}}, by value. */
    private List<String> records() {
        return KAFKA.recordsAsBytes(topic).stream()
                .sorted(Comparator.comparing(record -> new String(record.value(), UTF_8)))
                .map(JdbcKafkaLettersTest::text)
                .toList();
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        TreeMap<String, String> headers = new TreeMap<>();
        Stream.of(record.headers().toArray())
                .forEach(header ->
                        headers.put(header.key().replaceFirst("^millrace\\.", ""), new String(header.value(), UTF_8)));
        return (record.key() == null ? "null" : new String(record.key(), UTF_8)) + "="
                + new String(record.value(), UTF_8) + " " + headers;
    }
}
