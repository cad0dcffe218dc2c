package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.BatchSink;
import io.millrace.core.DeadLetterSink;
import io.millrace.sinks.Batches;
import io.millrace.sinks.KafkaSink;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever fails between a refused row and the COMMIT that leaves it out, its letter is in the topic. */
@Timeout(180)
class JdbcKafkaLettersFaultTest {
    /** Row 7 of each batch of ten is refused. */
    private static final String GOOD = "CHECK (id % 10 <> 7)";

    /** A broker of its own, which tests stop. */
    @RegisterExtension
    static final TestKafka KAFKA = TestKafka.start();

    private final Path directory;
    private final String topic;

    JdbcKafkaLettersFaultTest(@TempDir Path directory, TestInfo test) {
        this.directory = directory;
        this.topic = test.getTestMethod().orElseThrow().getName()
                + test.getDisplayName().replaceAll("[^a-zA-Z0-9]", "");
    }

    @BeforeEach
    void emptyTable() {
        KAFKA.createTopic(topic, 1);
        Server.execute(
                "DROP TABLE IF EXISTS halted_letters, millrace_fence, millrace_ledger",
                "CREATE TABLE halted_letters (id int PRIMARY KEY " + GOOD + ", name text)");
    }

    @ParameterizedTest
    @CsvSource({"upsertOn, BEFORE, 1", "upsertOn, AFTER, 2", "append, BEFORE, 1", "append, AFTER, 2"})
    void aDriverThatEndsAroundTheLettersHasCommittedNothingAndTheRestartSendsThem(
            String verb, String moment, int letters) throws Exception {
        Path checkpoint = directory.resolve("checkpoint");

        int exit = ChildDriver.run(
                HaltingLetters.class, directory, verb, moment, checkpoint.toString(), KAFKA.bootstrapServers(), topic);

        assertThat(exit).as("exit code, see driver.log in %s", directory).isEqualTo(HaltingLetters.HALTED);
        assertThat(Server.rows("SELECT id FROM halted_letters WHERE id < 10 AND id % 2 = 1"))
                .as("the rows that came with the refused one")
                .isEmpty();
        assertThat(letters()).hasSize(letters - 1);

        Batches.batch(sink(Server.database(), verb, kafka()).write(rows(2)), checkpoint);

        assertThat(Server.rows("SELECT count(*) FROM halted_letters WHERE id < 10"))
                .containsExactly("9");
        assertThat(letters()).filteredOn("{\"id\":7,\"name\":\"n7\"}"::equals).hasSize(letters);
    }

    /** Commits: the check of the ledger, the staging table, its rows by task, its index, the merge. */
    @Test
    void everyRefusedRowHasALetterWhicheverCommitReplyIsLost() throws Exception {
        try (FaultProxy proxy = new FaultProxy(Server.postgres().port())) {
            BatchSink sink = sink(proxy.of(Server.database()), "append", kafka());
            for (int ordinal = 1; ordinal <= 7; ordinal++) {
                proxy.loseReplyToCommit(ordinal);

                Batches.batch(sink.write(rows(3)), directory);

                assertThat(proxy.faultHasStruck()).isTrue();
                assertThat(Server.rows("SELECT count(*) FROM halted_letters")).containsExactly(9 * ordinal + "");
                assertThat(letters()).contains(letter(10 * ordinal - 3));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"upsertOn", "append"})
    void anOutageOfTheBrokersFailsTheQueryInASentenceAndLosesNoRow(String verb) throws Exception {
        DataStreamWriter<Row> writer = sink(Server.database(), verb, impatient(), Duration.ofSeconds(2))
                .write(rows(1));
        KAFKA.stop();

        Throwable failure = catchThrowable(() -> Batches.batch(writer, directory));

        assertThat(ExceptionUtils.getThrowableList(failure))
                .map(Throwable::getMessage)
                .anyMatch(message -> message.matches("(?s).* was rolled back: dead letters did not reach kafka topic "
                        + topic + " at "
                        + KAFKA.bootstrapServers() + "[^(]*\\(TimeoutException: .*\\), for retryFor\\(PT2S\\)\\."
                        + " Restart the query when that answers: the rows come again\\.(?s).*"));
        assertThat(Server.rows("SELECT id FROM halted_letters")).isEmpty();

        KAFKA.restart();
        Batches.batch(sink(Server.database(), verb, kafka()).write(rows(1)), directory);

        assertThat(Server.rows("SELECT count(*) FROM halted_letters WHERE id < 10"))
                .containsExactly("9");
        assertThat(letters()).contains(letter(7));
    }

    @Test
    void anOutageThatEndsInTimeIsOver() throws Exception {
        DataStreamWriter<Row> writer = sink(Server.database(), "upsertOn", impatient(), Duration.ofMinutes(2))
                .write(rows(1));
        KAFKA.stop();
        CompletableFuture<Void> back = CompletableFuture.runAsync(() -> {
            Server.awaitSome("SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'");
            Server.awaitNone("SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'");
            KAFKA.restart();
        });

        Batches.batch(writer, directory);
        back.join();

        assertThat(Server.rows("SELECT count(*) FROM halted_letters WHERE id < 10"))
                .containsExactly("9");
        assertThat(letters()).contains(letter(7));
    }

    static BatchSink sink(Database database, String verb, DeadLetterSink letters) {
        return sink(database, verb, letters, Duration.ofSeconds(60));
    }

    private static BatchSink sink(Database database, String verb, DeadLetterSink letters, Duration retryFor) {
        JdbcTarget target = Sinks.jdbc(database).table("halted_letters").retryFor(retryFor);
        return verb.equals("append")
                ? target.appendExactlyOnce().deadLettersTo(letters)
                : target.upsertOn("id").deadLettersTo(letters);
    }

    static Dataset<Row> rows(int partitions) {
        return Batches.stream(partitions, "cast(value AS int) AS id", "'n' || value AS name");
    }

    private static String letter(int id) {
        return "{\"id\":" + id + ",\"name\":\"n" + id + "\"}";
    }

    private KafkaSink kafka() {
        return Sinks.kafka(KAFKA.bootstrapServers()).topic(topic);
    }

    private KafkaSink impatient() {
        return kafka().option("kafka.max.block.ms", 500)
                .option("kafka.request.timeout.ms", 500)
                .option("kafka.linger.ms", 0)
                .option("kafka.delivery.timeout.ms", 500);
    }

    private List<String> letters() {
        return KAFKA.records(topic).stream()
                .map(letter -> String.valueOf(letter.value()))
                .toList();
    }
}
