package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Await;
import io.millrace.core.BatchSink;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A query whose database is unreachable ends when it is stopped, before the pool gives up. */
@Timeout(120)
class JdbcStopTest {
    private static CountDownLatch rowsAreRead = new CountDownLatch(1);

    private final FaultProxy proxy = new FaultProxy(TestPostgres.shared().port());
    private final Database database = proxy.of(Server.database());

    // JUnit sets it.
    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path checkpoint;

    @BeforeEach
    void emptyTables() {
        rowsAreRead = new CountDownLatch(1);
        Server.execute(
                "DROP TABLE IF EXISTS stopped, millrace_ledger, millrace_fence",
                "CREATE TABLE stopped (id int PRIMARY KEY)");
    }

    @AfterEach
    void end() throws Exception {
        // A killed task gives its connection back a moment after the query has ended.
        Await.until(() -> Pools.of(database).getHikariPoolMXBean().getActiveConnections() == 0);
        Server.assertNothingIsLeftOpen(database);
        proxy.close();
    }

    @Test
    void anExactlyOnceQueryThatWaitsForAConnectionStopsAtOnce() throws Exception {
        StreamingQuery query = started(
                Sinks.jdbc(database).table("stopped").appendExactlyOnce(), Batches.stream(1, "int(value) AS id"));
        awaitBorrower();

        assertStopsAtOnce(query);
    }

    @Test
    void anUpsertThatWaitsForAConnectionStopsAtOnce() throws Exception {
        StreamingQuery query =
                started(Sinks.jdbc(database).table("stopped").upsertOn("id"), Batches.stream(2, "int(value) AS id"));
        awaitBorrower();

        assertStopsAtOnce(query);
    }

    @Test
    void anExactlyOnceQueryWhoseTasksAreStagingStopsAtOnce() throws Exception {
        JdbcExactlyOnce sink = Sinks.jdbc(database).table("stopped").appendExactlyOnce();
        Dataset<Row> rows = Batches.stream(2, "int(value) AS id");
        StreamingQuery query = sink.write(rows.select(functions
                        .udf((UDF1<Integer, Integer>) JdbcStopTest::endless, DataTypes.IntegerType)
                        .apply(rows.col("id"))
                        .as("id")))
                .option("checkpointLocation", checkpoint.toString())
                .start();
        rowsAreRead.await();
        proxy.close();

        assertStopsAtOnce(query);
    }

    @Test
    void aFailedTaskGivesUpAFlushByAge() throws IOException {
        ForeachWriter<Row> task = taskWhoseFlushByAgeWaitsForAConnection();

        long start = System.nanoTime();
        task.close(new IllegalStateException("the task has failed"));

        assertThat(since(start)).isLessThan(Pools.PATIENCE.dividedBy(2));
        assertThat(flushingThreads()).isEmpty();
    }

    @Test
    void aKilledTaskDoesNotWaitForAFlushByAgeWithItsNextRow() throws Exception {
        ForeachWriter<Row> task = taskWhoseFlushByAgeWaitsForAConnection();

        assertEndsWhenInterrupted(() -> task.process(row(2)));

        task.close(new IllegalStateException("the task was killed"));
        assertThat(flushingThreads()).isEmpty();
    }

    @Test
    void aKilledTaskDoesNotWaitForAFlushByAgeAtItsEnd() throws Exception {
        ForeachWriter<Row> task = taskWhoseFlushByAgeWaitsForAConnection();

        assertEndsWhenInterrupted(() -> task.close(null));

        assertThat(flushingThreads()).isEmpty();
    }

    @Test
    void aTaskEndsOnceItsFlushByAgeHasGotAConnection() throws Exception {
        ForeachWriter<Row> task = taskThatFlushesByAge(Duration.ofMillis(1));
        List<Connection> all = new ArrayList<>();
        while (all.size() < Pools.of(database).getMaximumPoolSize()) {
            all.add(Pools.of(database).getConnection());
        }
        task.process(row(1));
        awaitBorrower();
        FutureTask<Void> end = new FutureTask<>(() -> task.close(null), null);
        startAndAwaitBlocked(end);

        for (Connection connection : all) {
            connection.close();
        }
        end.get();

        assertThat(Server.rows("SELECT id FROM stopped")).containsExactly("1");
        assertThat(flushingThreads()).isEmpty();
    }

    private ForeachWriter<Row> taskThatFlushesByAge(Duration age) {
        ForeachWriter<Row> task = Sinks.jdbc(database)
                .flushAfter(age)
                .table("stopped")
                .upsertOn("id")
                .writer("id INT");
        task.open(0, 0);
        return task;
    }

    private ForeachWriter<Row> taskWhoseFlushByAgeWaitsForAConnection() throws IOException {
        ForeachWriter<Row> task = taskThatFlushesByAge(Duration.ofMillis(500));
        proxy.close();
        task.process(row(1));
        awaitBorrower();
        return task;
    }

    private static void assertEndsWhenInterrupted(Runnable work) throws Exception {
        FutureTask<Void> task = new FutureTask<>(work, null);
        Thread thread = startAndAwaitBlocked(task);
        long start = System.nanoTime();
        thread.interrupt();

        assertThatThrownBy(task::get).hasMessageContaining("Spark has stopped the query or killed the task");
        assertThat(since(start)).isLessThan(Pools.PATIENCE.dividedBy(2));
    }

    private static Thread startAndAwaitBlocked(FutureTask<Void> task) {
        Thread thread = new Thread(task);
        thread.start();
        Await.until(() -> thread.getState() != Thread.State.NEW && thread.getState() != Thread.State.RUNNABLE);
        return thread;
    }

    private static List<String> flushingThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("millrace flush"))
                .toList();
    }

    private StreamingQuery started(BatchSink sink, Dataset<Row> rows) throws Exception {
        var writer = sink.write(rows).option("checkpointLocation", checkpoint.toString());
        proxy.close();
        return writer.start();
    }

    private void awaitBorrower() {
        Await.until(() -> Pools.of(database).getHikariPoolMXBean().getThreadsAwaitingConnection() != 0);
    }

    private static void assertStopsAtOnce(StreamingQuery query) throws Exception {
        long start = System.nanoTime();
        query.stop();

        assertThat(since(start)).isLessThan(Pools.PATIENCE.dividedBy(2));
        assertThat(query.exception().isEmpty()).isTrue();
    }

    private static Duration since(long start) {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Waits until its task is killed. */
    private static Integer endless(Integer id) throws InterruptedException {
        rowsAreRead.countDown();
        new CountDownLatch(1).await();
        return id;
    }
}
