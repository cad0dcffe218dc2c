package io.millrace.sinks;

import static io.millrace.sinks.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task takes rows while its flush is under way, hears of its failure, and never ends before it. */
@Timeout(60)
class JdbcBackgroundFlushTest {
    private static final StructType SCHEMA = new StructType().add("id", "int").add("value", "string");
    private static final String WAITING =
            "SELECT 1 FROM pg_stat_activity WHERE application_name = 'millrace' AND wait_event_type = 'Lock'";

    private final ExecutorService tasks = Executors.newCachedThreadPool();
    private final Database database = Server.database().connections(1);
    private final ForeachWriter<Row> writer;

    JdbcBackgroundFlushTest() {
        Server.execute(
                "DROP TABLE IF EXISTS slow",
                "CREATE TABLE slow (id int PRIMARY KEY, value text CHECK (value <> 'bad'))");
        writer = Sinks.jdbc(database)
                .table("slow")
                .rowsPerFlush(2)
                .upsertOn("id")
                .writer(SCHEMA);
    }

    @BeforeEach
    void open() {
        writer.open(0, 0);
    }

    @AfterEach
    void end() throws Exception {
        tasks.shutdownNow();
        Server.assertNothingIsLeftOpen(database);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .doesNotContain("millrace flush into slow");
    }

    @Test
    void rowsAreTakenWhileAFlushWaits() throws Exception {
        try (Connection other = lockTheTable()) {
            process(1, 2);
            Server.awaitSome(WAITING);
            process(3);
            assertThat(Server.rows("SELECT * FROM slow")).isEmpty();
            other.rollback();
        }
        writer.close(null);

        assertThat(written()).containsExactly("1", "2", "3");
    }

    @Test
    void aFlushWaitsForTheOneBefore() throws Exception {
        Future<?> task;
        try (Connection other = lockTheTable()) {
            process(1, 2);
            task = tasks.submit(() -> {
                process(3, 4);
                writer.close(null);
            });
            Server.awaitSome(WAITING);
            assertThatThrownBy(() -> task.get(200, TimeUnit.MILLISECONDS)).hasMessage(null);
            other.rollback();
        }

        task.get();
        assertThat(written()).containsExactly("1", "2", "3", "4");
    }

    @Test
    void aRefusalIsToldWithTheNextFlushOrTheEnd() {
        writer.process(row(1, "bad"));
        process(2, 3);
        assertThatThrownBy(() -> process(4))
                .isInstanceOf(RefusedRowException.class)
                .hasMessageContaining("slow_value_check");

        writer.close(new IllegalStateException("the task has failed"));
        assertThat(written()).isEmpty();
    }

    @Test
    void aTaskThatHasFailedEndsAfterItsFlush() throws Exception {
        Future<?> task;
        try (Connection other = lockTheTable()) {
            process(1, 2);
            Server.awaitSome(WAITING);
            task = tasks.submit(() -> writer.close(new IllegalStateException("the task has failed")));
            assertThatThrownBy(() -> task.get(200, TimeUnit.MILLISECONDS)).hasMessage(null);
            other.rollback();
        }

        task.get();
        assertThat(written()).containsExactly("1", "2");
    }

    @Test
    void anInterruptReachesTheFlushThatIsWaitedFor() throws Exception {
        try (Connection taken = Pools.of(database).getConnection()) {
            assertThat(taken.isValid(1)).isTrue();
            process(1, 2);
            Future<?> task = tasks.submit(() -> {
                Thread.currentThread().interrupt();
                process(3, 4);
            });

            assertThatThrownBy(task::get)
                    .cause()
                    .hasMessageContaining("was given up: Spark has stopped the query or killed the task");
        }
        writer.close(new IllegalStateException("the task has failed"));
        assertThat(written()).isEmpty();
    }

    private void process(int... ids) {
        for (int id : ids) {
            writer.process(row(id, "good"));
        }
    }

    private static Connection lockTheTable() throws SQLException {
        Connection other = TestPostgres.shared().connect();
        other.setAutoCommit(false);
        try (Statement statement = other.createStatement()) {
            statement.execute("LOCK TABLE slow IN EXCLUSIVE MODE");
        }
        return other;
    }

    private static List<String> written() {
        return Server.rows("SELECT id FROM slow ORDER BY id");
    }
}
