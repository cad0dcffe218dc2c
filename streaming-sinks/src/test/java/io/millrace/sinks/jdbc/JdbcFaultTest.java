package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Await;
import io.millrace.core.Secret;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.postgres.PostgresDialect;
import io.millrace.testkit.servers.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing lost, nothing twice, no connection out of the pool, no transaction left open: whatever happens. */
@Timeout(60)
class JdbcFaultTest {
    private static final StructType SCHEMA = new StructType().add("id", "int").add("value", "string");
    private static final String WAITING =
            "SELECT 1 FROM pg_stat_activity WHERE application_name = 'millrace' AND wait_event_type = 'Lock'";

    private final ExecutorService tasks = Executors.newCachedThreadPool();
    private final FaultProxy proxy = new FaultProxy(TestPostgres.shared().port());
    private final Database database = proxy.of(Server.database());

    @BeforeEach
    void emptyTable() {
        Server.execute(
                "DROP TABLE IF EXISTS faulty, millrace_ledger", "CREATE TABLE faulty (id int PRIMARY KEY, value text)");
    }

    @AfterEach
    void end() throws Exception {
        tasks.shutdownNow();
        Server.assertNothingIsLeftOpen(database);
        proxy.close();
    }

    @Test
    void aBackendTerminatedInTheMiddleOfAFlushCostsNothing() throws Exception {
        Future<?> task = whileTheTableIsLocked(() -> Server.rows(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'millrace'"));

        task.get();
        assertThat(written()).containsExactly("1000|999");
    }

    @Test
    void aConnectionResetInTheMiddleOfAFlushCostsNothing() throws Exception {
        Future<?> task = whileTheTableIsLocked(proxy::cutAll);

        task.get();
        assertThat(written()).containsExactly("1000|999");
    }

    @Test
    void aFlushCancelledByHandIsNotTriedAgain() throws Exception {
        Future<?> task = whileTheTableIsLocked(() ->
                Server.rows("SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE application_name = 'millrace'"));

        assertThatThrownBy(task::get).hasMessageContaining("canceling statement due to user request (SQLSTATE 57014)");
    }

    @Test
    void aServerThatFallsSilentIsGivenUpAndTheFlushTriedAgain() throws Exception {
        Database impatient = database.statementTimeout(Duration.ofSeconds(1));
        ForeachWriter<Row> writer = target(impatient).upsertOn("id").writer(SCHEMA);
        Server.write(writer, rows(1));
        proxy.mute();
        Future<?> task = tasks.submit(() -> Server.write(writer, rows(1_000)));
        assertThatThrownBy(() -> task.get(2, TimeUnit.SECONDS)).hasMessage(null);
        proxy.unmute();

        task.get();
        assertThat(written()).containsExactly("1000|999");
        Server.assertNothingIsLeftOpen(impatient);
    }

    @Test
    void anUpsertWhoseCommitReplyIsLostIsWrittenAgain() {
        ForeachWriter<Row> writer = target(database).upsertOn("id").writer(SCHEMA);
        proxy.loseReplyToCommit(2);

        Server.write(writer, rows(1_000));

        assertThat(proxy.faultHasStruck()).isTrue();
        assertThat(written()).containsExactly("1000|999");
    }

    /** In one task: a look at the ledger, then all. In three: a look, the stage, three parts of it, then all. */
    @ParameterizedTest(name = "{0} partitions, {1} commits")
    @CsvSource({"1, 2", "3, 6"})
    void anAppendIsThereOnceWhicheverCommitReplyIsLost(int partitions, int commits, @TempDir Path checkpoint)
            throws Exception {
        Server.execute("ALTER TABLE faulty DROP CONSTRAINT faulty_pkey");
        JdbcExactlyOnce append = Sinks.jdbc(database).table("faulty").appendExactlyOnce();
        for (int ordinal = 1; ordinal <= commits; ordinal++) {
            proxy.loseReplyToCommit(ordinal);

            Batches.batch(append.write(stream(partitions)), checkpoint);

            assertThat(proxy.faultHasStruck()).isTrue();
            assertThat(Server.rows("SELECT count(*), count(DISTINCT id) FROM faulty"))
                    .containsExactly(ordinal * Batches.ROWS + "|" + ordinal * Batches.ROWS);
        }
    }

    @Test
    void anExhaustedPoolIsWaitedFor() throws Exception {
        Database narrow = database.connections(1);
        Future<?> task;
        try (Connection taken = Pools.of(narrow).getConnection()) {
            assertThat(taken.isValid(1)).isTrue();
            task = tasks.submit(() -> write(narrow, rows(10)));
            Await.until(() -> Pools.of(narrow).getHikariPoolMXBean().getThreadsAwaitingConnection() != 0);
        }

        task.get();
        assertThat(written()).containsExactly("10|9");
    }

    @Test
    void aConnectionKeepsItsTimeOutsOverARollback() throws SQLException {
        Database timed = database.statementTimeout(Duration.ofSeconds(7));
        try (Connection connection = Pools.borrow(timed, "Test")) {
            connection.rollback();
            assertThat(Server.rows(connection, "SHOW statement_timeout")).containsExactly("7s");
            assertThat(Server.rows(connection, "SHOW tcp_keepalives_idle")).containsExactly("15");
        }
    }

    /** Each in an order of its own, which the map of a task's pending rows would take away. By arrays, and by COPY. */
    @ParameterizedTest
    @ValueSource(ints = {PostgresDialect.MANY_ROWS - 1, PostgresDialect.MANY_ROWS})
    void fourWritersOnTheSameKeysNeverDeadlock(int count) throws Exception {
        UpsertPlan plan = target(database)
                .planner(UpsertRule.upsertOn(List.of("id")).unfenced())
                .plan("test", SCHEMA);
        List<Future<Long>> deadlocks = new ArrayList<>();
        for (int seed = 0; seed < 4; seed++) {
            Random random = new Random(seed);
            deadlocks.add(tasks.submit(() -> {
                Retries retries = new Retries(database, Duration.ofMinutes(1));
                for (int round = 0; round < 5; round++) {
                    List<Row> shuffled = new ArrayList<>(List.of(rows(count)));
                    Collections.shuffle(shuffled, random);
                    retries.commit("Test", connection -> plan.sql().open().upsert(connection, shuffled));
                }
                return retries.counts().of(WriteCounts.Metric.DEADLOCKS);
            }));
        }

        for (Future<Long> writer : deadlocks) {
            assertThat(writer.get()).isZero();
        }
        assertThat(written()).containsExactly(count + "|" + (count - 1));
    }

    @Test
    void aSerializationFailureIsTriedAgain() throws Exception {
        Server.atFirstInsert("faulty", "RAISE serialization_failure");

        try {
            UpsertPlan plan = target(database)
                    .planner(UpsertRule.upsertOn(List.of("id")).unfenced())
                    .plan("test", SCHEMA);
            UpsertFlush flush = new UpsertFlush(plan, null, 0);
            PendingRows pending = new PendingRows(plan);
            for (Row row : rows(10)) {
                pending.add(row);
            }

            flush.run(pending, false);

            assertThat(flush.counts().of(WriteCounts.Metric.RETRIES)).isEqualTo(1);
            assertThat(written()).containsExactly("10|9");
            Server.assertNothingIsLeftOpen(database);
        } finally {
            Server.forgetFirstInsert();
        }
    }

    /** By arrays, whose error names no column: the flush is repeated by COPY. */
    @Test
    void aRefusalThatDoesNotRepeatFailsNoTask() throws Exception {
        Server.atFirstInsert("faulty", "RAISE check_violation");

        try {
            write(database, rows(10));

            assertThat(written()).containsExactly("10|9");
            assertThat(Server.rows("SELECT last_value FROM attempts")).containsExactly("2");
        } finally {
            Server.forgetFirstInsert();
        }
    }

    @Test
    void aColumnDroppedInMidRunFailsAtOnceAndSaysSo() {
        ForeachWriter<Row> writer =
                target(database).rowsPerFlush(1).upsertOn("id").writer(SCHEMA);
        writer.open(0, 0);
        writer.process(row(1, "one"));
        Server.execute("ALTER TABLE faulty DROP COLUMN value");

        assertThatThrownBy(() -> writer.process(row(2, "two")))
                .hasMessageContaining("column \"value\" of relation \"faulty\" does not exist")
                .hasMessageContaining("SQLSTATE 42703");
    }

    @Test
    void aServerKilledInTheMiddleOfAFlushIsWaitedFor() throws Exception {
        try (TestPostgres mortal = TestPostgres.start()) {
            mortal.execute("CREATE TABLE faulty (id int PRIMARY KEY, value text)");
            Database there =
                    Database.at(mortal.jdbcUrl()).user(mortal.user()).password(Secret.from(MortalPassword::get));
            MortalPassword.password = mortal.password();
            ForeachWriter<Row> writer =
                    target(there).rowsPerFlush(100).upsertOn("id").writer(SCHEMA);
            Row[] rows = rows(1_000);
            Future<?> task = tasks.submit(() -> Server.write(writer, rows));
            mortal.kill();
            mortal.restart();
            task.get();

            try (Connection connection = mortal.connect();
                    Statement statement = connection.createStatement()) {
                assertThat(statement
                                .executeQuery("SELECT 1 FROM faulty HAVING count(*) = 1000")
                                .next())
                        .isTrue();
            }
        }
    }

    @Test
    void aFaultThatDoesNotPassEndsAtTheDeadline() throws SQLException {
        try (Connection other = TestPostgres.shared().connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE faulty");
            Database impatient = database.statementTimeout(Duration.ofSeconds(1));
            ForeachWriter<Row> writer = Sinks.jdbc(impatient)
                    .table("faulty")
                    .retryFor(Duration.ZERO)
                    .upsertOn("id")
                    .writer(SCHEMA);

            assertThatThrownBy(() -> Server.write(writer, rows(1)))
                    .hasMessageContaining("canceling statement due to lock timeout (SQLSTATE 55P03)");
            Server.assertNothingIsLeftOpen(impatient);
        }
    }

    /** Starts a task, does {@code fault} while its flush waits for the table, and lets the table go. */
    private Future<?> whileTheTableIsLocked(Runnable fault) throws SQLException {
        write(database, rows(1));
        try (Connection other = TestPostgres.shared().connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE faulty IN EXCLUSIVE MODE");
            Future<?> task = tasks.submit(() -> write(database, rows(1_000)));
            Server.awaitSome(WAITING);
            fault.run();
            return task;
        }
    }

    private static JdbcTarget target(Database database) {
        return Sinks.jdbc(database).table("faulty").rowsPerFlush(300);
    }

    private static void write(Database database, Row... rows) {
        Server.write(target(database).upsertOn("id").writer(SCHEMA), rows);
    }

    private static Row[] rows(int count) {
        return IntStream.range(0, count).mapToObj(n -> row(n, "v" + n)).toArray(Row[]::new);
    }

    private static Dataset<Row> stream(int partitions) {
        return Batches.stream(partitions, "cast(value AS int) AS id", "'v' || value AS value");
    }

    private static List<String> written() {
        return Server.rows("SELECT count(*), max(id) FROM faulty WHERE value = 'v' || id");
    }

    /** A lookup that may cross to a task holds no password itself. */
    private static final class MortalPassword {
        static String password = "";

        static String get() {
            return password;
        }
    }
}
