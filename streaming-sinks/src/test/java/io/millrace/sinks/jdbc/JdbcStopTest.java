package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.BatchSink;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.sql.Dataset;
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
        while (Pools.of(database).getHikariPoolMXBean().getActiveConnections() > 0) {
            Thread.onSpinWait();
        }
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

    private StreamingQuery started(BatchSink sink, Dataset<Row> rows) throws Exception {
        var writer = sink.write(rows).option("checkpointLocation", checkpoint.toString());
        proxy.close();
        return writer.start();
    }

    private void awaitBorrower() {
        while (Pools.of(database).getHikariPoolMXBean().getThreadsAwaitingConnection() == 0) {
            Thread.onSpinWait();
        }
    }

    private static void assertStopsAtOnce(StreamingQuery query) throws Exception {
        long start = System.nanoTime();
        query.stop();
        Duration took = Duration.ofNanos(System.nanoTime() - start);

        assertThat(took).isLessThan(Pools.PATIENCE.dividedBy(2));
        assertThat(query.exception().isEmpty()).isTrue();
    }

    /** Waits until its task is killed. */
    private static Integer endless(Integer id) throws InterruptedException {
        rowsAreRead.countDown();
        new CountDownLatch(1).await();
        return id;
    }
}
