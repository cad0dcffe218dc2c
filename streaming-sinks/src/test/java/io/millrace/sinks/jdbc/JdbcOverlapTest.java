package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rows of a flush are sent while the one before is merged, and merged after it, whatever happens to either. A
 * column of arrays makes the smallest flush go by COPY, as those of thousands of rows do.
 */
@Timeout(25)
class JdbcOverlapTest {
    private static final StructType SCHEMA = new StructType()
            .add("id", "int")
            .add("value", "string")
            .add("tags", DataTypes.createArrayType(DataTypes.StringType));
    private static final String SESSIONS = " FROM pg_stat_activity WHERE application_name = 'millrace'";
    private static final String MERGING = "SELECT 1" + SESSIONS + " AND wait_event_type = 'Lock'";
    private static final String SENT =
            "SELECT 1" + SESSIONS + " AND state = 'idle in transaction' AND query LIKE 'COPY %'";
    private static final String ALL = "SELECT id, value FROM overlapped ORDER BY id";

    private final ExecutorService tasks = Executors.newCachedThreadPool();
    private final Database database = Server.database();

    @BeforeEach
    void emptyTable() {
        Server.execute(
                "DROP TABLE IF EXISTS overlapped, overlapped_refused, millrace_fence",
                "CREATE TABLE overlapped (id int PRIMARY KEY, value text CHECK (value <> 'bad'), tags text[])");
    }

    @AfterEach
    void end() {
        tasks.shutdownNow();
        Server.forgetFirstInsert();
        Server.assertNothingIsLeftOpen(database);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("millrace merge into overlapped");
    }

    @Test
    void rowsAreGatheredAndSentWhileTheFlushBeforeIsMerged() throws Exception {
        whileTheNextIsSent(task -> {});
    }

    @Test
    void aFlushIsNotMergedBeforeTheOneBeforeItIsCommitted() throws Exception {
        whileTheNextIsSent(task -> {
            assertThatThrownBy(() -> task.get(200, TimeUnit.MILLISECONDS)).hasMessage(null);
            assertThat(Server.rows(MERGING)).hasSize(1);
        });
    }

    @Test
    void bothAreWrittenAgainInTheirOrderWhereTheirSessionsEnd() throws Exception {
        whileTheNextIsSent(task -> assertThat(Server.rows("SELECT pg_terminate_backend(pid)" + SESSIONS))
                .hasSizeGreaterThan(1));
    }

    /** The rows that are sent already would hold the one connection that the flush before them needs. */
    @Test
    void aFlushIsTriedAgainOnTheOnlyConnection() {
        Server.atFirstInsert("overlapped", "RAISE serialization_failure");
        Database narrow = database.connections(1);

        ForeachWriter<Row> writer = opened(upsert(narrow));
        process(writer, "old", 1, 2);
        process(writer, "new", 2, 3);
        writer.close(null);

        assertThat(Server.rows(ALL)).containsExactly("1|old", "2|new", "3|new");
        Server.assertNothingIsLeftOpen(narrow);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, Long.MAX_VALUE / 1_000_000_000})
    void aDeadlineThatNeverComesAllowsAnotherAttempt(long seconds) {
        Server.atFirstInsert("overlapped", "RAISE serialization_failure");

        ForeachWriter<Row> writer =
                opened(target(database).retryFor(Duration.ofSeconds(seconds)).upsertOn("id"));
        process(writer, "new", 1);
        writer.close(null);

        assertThat(Server.rows(ALL)).containsExactly("1|new");
    }

    /** It would take as long again. */
    @Test
    void aMergeThatTookTooLongFailsAndSaysSo() {
        Server.atFirstInsert("overlapped", "PERFORM pg_sleep(20)");
        Database impatient = database.statementTimeout(Duration.ofSeconds(1));

        ForeachWriter<Row> writer = opened(upsert(impatient));
        process(writer, "old", 1, 2);
        Server.awaitSome("SELECT 1 FROM attempts WHERE is_called");
        Server.awaitNone("SELECT 1" + SESSIONS + " AND state = 'active'");

        assertThatThrownBy(() -> writer.close(null))
                .hasMessageContaining("SQLSTATE 57014")
                .hasMessageContaining("statementTimeout(PT1S)");
        assertThat(Server.rows(ALL)).isEmpty();
        Server.assertNothingIsLeftOpen(impatient);
    }

    @Test
    void aRefusalIsThrownBeforeAnythingElseIsWritten() {
        ForeachWriter<Row> writer = opened();
        writer.process(change(1, "bad"));
        process(writer, "new", 2, 3);
        assertThatThrownBy(() -> process(writer, "new", 4))
                .isInstanceOf(RefusedRowException.class)
                .hasMessageContaining("overlapped_value_check");

        writer.close(new IllegalStateException("the task has failed"));
        assertThat(Server.rows(ALL)).isEmpty();
    }

    @Test
    void aRefusalOfTheLastFlushIsThrownAtTheEnd() {
        ForeachWriter<Row> writer = opened();
        process(writer, "new", 1);
        writer.process(change(2, "bad"));

        assertThatThrownBy(() -> writer.close(null))
                .isInstanceOf(RefusedRowException.class)
                .hasMessageContaining("overlapped_value_check");
        assertThat(Server.rows(ALL)).isEmpty();
    }

    @Test
    void deadLettersOfEachFlushAreWrittenWithIt() {
        ForeachWriter<Row> writer = opened(upsert(database).deadLettersTo("overlapped_refused"));
        for (int id = 1; id <= 6; id++) {
            writer.process(change(id, id % 2 == 0 ? "bad" : "good"));
        }
        writer.process(change(7, "cannot be sent \0"));
        writer.process(change(8, "good"));
        writer.close(null);

        assertThat(Server.rows(ALL)).containsExactly("1|good", "3|good", "5|good", "8|good");
        assertThat(Server.rows("SELECT substr(row, 7, 1), sqlstate FROM overlapped_refused ORDER BY 1"))
                .containsExactly("2|23514", "4|23514", "6|23514", "7|22000");
    }

    @Test
    void rowsAreGatheredWhileRefusedOnesAreSought() throws Exception {
        ForeachWriter<Row> writer = opened(upsert(database).deadLettersTo("overlapped_refused"));
        process(writer, "good", 1);
        process(writer, "bad", 2, 3);
        process(writer, "good", 4);
        try (Connection other = lockTheTable()) {
            process(writer, "bad", 5);
            process(writer, "good", 6);
            Server.awaitSome(MERGING);
            process(writer, "late", 6);
            other.rollback();
        }
        process(writer, "good", 7);
        writer.close(null);

        assertThat(Server.rows(ALL)).containsExactly("1|good", "4|good", "6|late", "7|good");
        assertThat(Server.rows("SELECT substr(row, 7, 1) FROM overlapped_refused ORDER BY 1"))
                .containsExactly("2", "3", "5");
    }

    @Test
    void refusedRowsCountOnceWhereTheyAreSoughtAgain() {
        ForeachWriter<Row> writer = opened(target(database)
                .rowsPerFlush(8)
                .upsertOn("id")
                .deadLettersTo("overlapped_refused")
                .deadLettersAtMost(0)); // ten always may be
        Server.atFirstInsert("overlapped_refused", "RAISE serialization_failure");
        process(writer, "bad", 1, 2, 3, 4, 5, 6, 7, 8);
        process(writer, "good", 9);
        writer.close(null);

        assertThat(Server.rows(ALL)).containsExactly("9|good");
        assertThat(Server.rows("SELECT count(*) FROM overlapped_refused")).containsExactly("8");
    }

    @Test
    void aTaskOfWhichTooMuchIsRefusedLeavesNothingBegun() {
        ForeachWriter<Row> writer =
                opened(upsert(database).deadLettersTo("overlapped_refused").deadLettersAtMost(0));

        assertThatThrownBy(() -> {
                    for (int id = 1; id <= 100; id++) {
                        writer.process(change(id, id % 2 == 0 ? "bad" : "good"));
                    }
                })
                .isInstanceOf(RefusedRowException.class)
                .hasMessageContaining("more than deadLettersAtMost(0.0) allows");
        writer.close(new IllegalStateException("the task has failed"));
    }

    @Test
    void aDeleteComesAfterTheFlushBeforeIt() {
        ForeachWriter<Row> writer = upsert(database).deleteWhen("gone").writer(SCHEMA.add("gone", "boolean"));

        Server.write(
                writer,
                row(1, "new", null, false),
                row(2, "new", null, false),
                row(2, "new", null, true),
                row(3, "new", null, true));

        assertThat(Server.rows(ALL)).containsExactly("1|new");
    }

    @Test
    void anOlderEpochMergesNothingThatItHasSent() {
        UpsertPlan plan =
                target(database).planner(UpsertRule.upsertOn(List.of("id"))).plan("test", SCHEMA);
        UpsertFlush zombie = new UpsertFlush(plan, "query", 7);
        zombie.run(UpsertRules.pending(plan, row(1, "seven", null)), false);
        UpsertFlush newer = new UpsertFlush(plan, "query", 8);
        newer.run(UpsertRules.pending(plan, row(1, "eight", null)), false);

        zombie.run(UpsertRules.pending(plan, row(1, "seven", null)), true);
        assertThatThrownBy(zombie::end).hasMessageContaining("epoch 8 has begun");

        assertThat(Server.rows(ALL)).containsExactly("1|eight");
    }

    @Test
    void aTaskThatHasFailedEndsAfterItsMerge() throws Exception {
        Future<?> task;
        try (Connection other = lockTheTable()) {
            ForeachWriter<Row> writer = opened();
            process(writer, "old", 1, 2);
            Server.awaitSome(MERGING);
            task = tasks.submit(() -> {
                Thread.currentThread().interrupt();
                writer.close(new IllegalStateException("the task has failed"));
                assertThat(Thread.interrupted()).isTrue();
            });
            assertThatThrownBy(() -> task.get(200, TimeUnit.MILLISECONDS)).hasMessage(null);
            other.rollback();
        }

        task.get();
        assertThat(Server.rows(ALL)).containsExactly("1|old", "2|old");
    }

    @Test
    void aTaskThatIsKilledInItsLastFlushEndsAfterTheMergeBeforeIt() throws Exception {
        Database narrow = database.connections(1);
        Future<?> task;
        try (Connection other = lockTheTable()) {
            ForeachWriter<Row> writer = opened(upsert(narrow));
            process(writer, "old", 1, 2);
            Server.awaitSome(MERGING);
            process(writer, "new", 3);
            task = tasks.submit(() -> {
                Thread.currentThread().interrupt();
                writer.close(null);
            });
            assertThatThrownBy(() -> task.get(200, TimeUnit.MILLISECONDS)).hasMessage(null);
            other.rollback();
        }

        assertThatThrownBy(task::get).hasMessageContaining("Spark has stopped the query or killed the task");
        assertThat(Server.rows(ALL)).containsExactly("1|old", "2|old");
        Server.assertNothingIsLeftOpen(narrow);
    }

    @Test
    void aDurableRowIsCommittedBeforeTheNextIsTaken() throws Exception {
        ForeachWriter<Row> writer = opened(upsert(database).durableRows());
        Future<?> task;
        try (Connection other = lockTheTable()) {
            task = tasks.submit(() -> process(writer, "new", 1));
            Server.awaitSome(MERGING);
            assertThatThrownBy(() -> task.get(200, TimeUnit.MILLISECONDS)).hasMessage(null);
            other.rollback();
        }

        task.get();
        assertThat(Server.rows(ALL)).containsExactly("1|new");
        writer.close(null);
    }

    /**
     * Does {@code fault} while one flush waits for the table and the rows of the next are sent, and lets the table go.
     */
    private void whileTheNextIsSent(Consumer<Future<?>> fault) throws Exception {
        Future<?> task;
        try (Connection other = lockTheTable()) {
            ForeachWriter<Row> writer = opened();
            process(writer, "old", 1, 2);
            task = tasks.submit(() -> {
                process(writer, "new", 2, 3);
                writer.close(null);
            });
            Server.awaitSome(MERGING);
            Server.awaitSome(SENT);
            fault.accept(task);
            other.rollback();
        }

        task.get();
        assertThat(Server.rows(ALL)).containsExactly("1|old", "2|new", "3|new");
    }

    private ForeachWriter<Row> opened() {
        return opened(upsert(database));
    }

    private static ForeachWriter<Row> opened(JdbcUpsert upsert) {
        ForeachWriter<Row> writer = upsert.writer(SCHEMA);
        writer.open(0, 0);
        return writer;
    }

    private static JdbcUpsert upsert(Database database) {
        return target(database).upsertOn("id");
    }

    private static JdbcTarget target(Database database) {
        return Sinks.jdbc(database).table("overlapped").rowsPerFlush(2);
    }

    private static void process(ForeachWriter<Row> writer, String value, int... ids) {
        for (int id : ids) {
            writer.process(change(id, value));
        }
    }

    private static Row change(int id, String value) {
        return row(id, value, null);
    }

    private static Connection lockTheTable() throws SQLException {
        Connection other = TestPostgres.shared().connect();
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.execute("LOCK TABLE overlapped IN EXCLUSIVE MODE");
        }
        return other;
    }
}
