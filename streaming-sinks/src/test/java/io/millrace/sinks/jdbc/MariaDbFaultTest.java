package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Await;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MariaDbFaultTest {
    private static final StructType SCHEMA = new StructType().add("id", "int").add("value", "string");

    private final ExecutorService tasks = Executors.newCachedThreadPool();
    private final FaultProxy proxy = new FaultProxy(MariaDb.server().port());
    private final Database database = proxy.of(MariaDb.database());

    @BeforeEach
    void emptyTable() {
        MariaDb.execute(
                "DROP TABLE IF EXISTS faulty, millrace_fence, millrace_ledger",
                "CREATE TABLE faulty (id int PRIMARY KEY, value varchar(100))");
    }

    @AfterEach
    void end() throws Exception {
        tasks.shutdownNow();
        proxy.close();
    }

    @Test
    void anUpsertWhoseCommitReplyIsLostIsWrittenAgain() {
        ForeachWriter<Row> writer = upsert(database).writer(SCHEMA);
        proxy.atCommit(2, MariaDb::andAwaitItsEnd);

        Server.write(writer, rows(1_000));

        assertThat(proxy.faultHasStruck()).isTrue();
        assertThat(written()).containsExactly("1000|999");
    }

    /** One task commits the check of the ledger and the batch; three also commit a part of the staging table each. */
    @ParameterizedTest(name = "{0} partitions, {1} commits")
    @CsvSource({"1, 2", "3, 5"})
    void anAppendIsWrittenOnceWhicheverCommitReplyIsLost(int partitions, int commits, @TempDir Path checkpoint)
            throws Exception {
        MariaDb.execute("ALTER TABLE faulty DROP PRIMARY KEY");
        JdbcExactlyOnce append = Sinks.jdbc(database).table("faulty").appendExactlyOnce();
        Dataset<Row> rows = Batches.stream(partitions, "cast(value AS int) AS id", "'v' || value AS value");
        for (int ordinal = 1; ordinal <= commits; ordinal++) {
            proxy.atCommit(ordinal, MariaDb::andAwaitItsEnd);

            Batches.batch(append.write(rows), checkpoint);

            assertThat(MariaDb.rows("SELECT count(*), count(DISTINCT id) FROM faulty"))
                    .containsExactly(ordinal * Batches.ROWS + "|" + ordinal * Batches.ROWS);
        }
        assertThat(MariaDb.rows("SHOW TABLES LIKE 'millrace_stage_%'")).isEmpty();
    }

    @Test
    void aFlushIsRetriedIfItsConnectionIsKilled() throws Exception {
        Future<?> task = writeBehindALock("KILL CONNECTION ");

        task.get();
        assertThat(written()).containsExactly("1000|999");
    }

    @Test
    void aFlushCancelledByHandIsNotRetried() throws Exception {
        Future<?> task = writeBehindALock("KILL QUERY ");

        assertThatThrownBy(task::get).hasMessageContaining("SQLSTATE 70100");
        assertThat(written()).containsExactly("0|null");
    }

    @Test
    void aTaskWaitsForAKilledServerToRestart() throws Exception {
        ForeachWriter<Row> writer = upsert(MariaDb.database()).writer(SCHEMA);
        writer.open(0, 0);
        for (Row row : rows(1_000)) {
            writer.process(row);
        }
        MariaDb.server().kill();
        Future<?> end = tasks.submit(() -> writer.close(null));
        MariaDb.server().restart();

        end.get();
        assertThat(written()).containsExactly("1000|999");
    }

    /** Starts a task that waits for a lock, then executes {@code kill} on its connection. */
    private Future<?> writeBehindALock(String kill) throws SQLException {
        ForeachWriter<Row> writer = upsert(MariaDb.database()).writer(SCHEMA);
        try (Connection other = MariaDb.server().connect();
                Statement statement = other.createStatement()) {
            statement.execute("LOCK TABLES faulty WRITE");
            Future<?> task = tasks.submit(() -> Server.write(writer, rows(1_000)));
            String waiting = "SELECT ID FROM information_schema.PROCESSLIST WHERE STATE LIKE 'Waiting for table%'";
            statement.execute(kill + MariaDb.awaited(waiting));
            if (kill.contains("QUERY")) {
                awaitEnd(task);
            }
            statement.execute("UNLOCK TABLES");
            return task;
        }
    }

    // Does not throw if the task has failed: the test checks that.
    private static void awaitEnd(Future<?> task) {
        Await.until(() -> task.isDone());
    }

    private static JdbcUpsert upsert(Database database) {
        return Sinks.jdbc(database).table("faulty").rowsPerFlush(300).upsertOn("id");
    }

    private static Row[] rows(int count) {
        return IntStream.range(0, count).mapToObj(n -> row(n, "v" + n)).toArray(Row[]::new);
    }

    private static List<String> written() {
        return MariaDb.rows("SELECT count(*), max(id) FROM faulty WHERE value = concat('v', id)");
    }
}
