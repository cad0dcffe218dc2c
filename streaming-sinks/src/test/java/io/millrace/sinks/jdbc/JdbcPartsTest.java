package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The single task of a batch merges rows while it sends others. All parts are one transaction. */
@Timeout(120)
class JdbcPartsTest {
    private static final String STAGED = "SELECT relname FROM pg_class WHERE relname LIKE 'millrace_stage%'";
    private static final String MERGING = "SELECT pid FROM pg_stat_activity WHERE application_name = 'millrace'"
            + " AND wait_event_type = 'Lock' AND query LIKE '%INTO \"public\".\"parted\"%'";

    private final FaultProxy proxy = new FaultProxy(TestPostgres.shared().port());
    private final Database database = proxy.of(Server.database());
    private final ExecutorService threads = Executors.newSingleThreadExecutor();

    // JUnit sets it.
    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path checkpoint;

    @BeforeEach
    void emptyTables() {
        // Tests of killed drivers leave staging tables to a next batch that never comes.
        Server.rows(STAGED).forEach(table -> Server.execute("DROP TABLE " + table));
        Server.execute(
                "DROP TABLE IF EXISTS parted, history, millrace_ledger",
                "CREATE TABLE parted (id bigint PRIMARY KEY, name text)");
    }

    @AfterEach
    void end() throws Exception {
        threads.shutdownNow();
        Server.assertNothingIsLeftOpen(database);
        assertThat(Server.rows(STAGED)).isEmpty();
        proxy.close();
    }

    @Test
    void rowsAreSentWhileOthersAreMergedAndAllAreOneTransaction() throws Exception {
        whileTheFirstPartIsMerged(() -> {
            Server.awaitSome(STAGED);
            assertThat(Server.rows("SELECT * FROM parted")).isEmpty();
        });

        assertThat(Server.rows("SELECT count(*), count(DISTINCT xmin::text) FROM parted"))
                .containsExactly("10|1");
    }

    @ParameterizedTest(name = "{0} connections")
    @ValueSource(ints = {1, 2})
    void theLastRowOfAKeyStaysHoweverOftenABatchRuns(int connections) throws Exception {
        JdbcExactlyOnce upsert = upsert(database.connections(connections));
        Dataset<Row> rows = Batches.stream(1, "value % 3 AS id", "'v' || value AS name");

        Batches.batch(upsert.write(rows), checkpoint);
        Batches.uncommit(checkpoint);
        Batches.batch(upsert.write(rows), checkpoint);

        assertThat(Server.rows("SELECT id, name FROM parted ORDER BY id")).containsExactly("0|v18", "1|v19", "2|v17");
        assertThat(Server.rows("SELECT batch_id, \"rows\" FROM millrace_ledger"))
                .containsExactly("1|10");
        Server.assertNothingIsLeftOpen(database.connections(connections));
    }

    @Test
    void aBatchIsThereOnceWhicheverCommitReplyIsLost() throws Exception {
        int ordinal = 0;
        do {
            ordinal++;
            proxy.loseReplyToCommit(ordinal);
            Batches.batch(upsert(database).write(rows()), checkpoint);
            assertThat(Server.rows("SELECT count(*), max(id) FROM parted WHERE name = 'v' || id"))
                    .containsExactly(ordinal * Batches.ROWS + "|" + (ordinal * Batches.ROWS - 1));
        } while (proxy.faultHasStruck());

        assertThat(ordinal).isGreaterThan(6);
    }

    @Test
    void theBatchIsTriedAgainIfTheSessionOfItsTransactionEnds() throws Exception {
        whileTheFirstPartIsMerged(() -> Server.execute("SELECT pg_terminate_backend(pid) FROM (" + MERGING + ") m"));

        assertThat(Server.rows("SELECT count(*), max(id) FROM parted")).containsExactly("10|9");
    }

    @Test
    void theBatchIsTriedAgainIfTheSessionThatSendsEnds() throws Exception {
        whileTheFirstPartIsMerged(() -> {
            Server.awaitSome(STAGED);
            Server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'millrace'"
                    + " AND pid NOT IN (" + MERGING + ")");
        });

        assertThat(Server.rows("SELECT count(*), max(id) FROM parted")).containsExactly("10|9");
    }

    /** As in a single merge, which only tries the last row of a key. */
    @Test
    void aRefusedRowThatALaterPartReplacesIsNotWritten() throws Exception {
        Server.execute("ALTER TABLE parted ADD CHECK (name <> 'v1')");

        Batches.batch(upsert(database).write(Batches.stream(1, "0L AS id", "'v' || value AS name")), checkpoint);

        assertThat(Server.rows("SELECT * FROM parted")).containsExactly("0|v9");
    }

    @Test
    void aRefusedRowLeavesNothing() {
        Server.execute("ALTER TABLE parted ADD CONSTRAINT low CHECK (id < 7)");

        assertThatThrownBy(() -> Batches.batch(upsert(database).write(rows()), checkpoint))
                .hasMessageContaining("the table refuses a row (SQLSTATE 23514, constraint \"low\")."
                        + " Nothing of the batch is in the table.");

        assertThat(Server.rows("SELECT * FROM parted")).isEmpty();
    }

    @Test
    void aTriggerSeesEachKeyOnce() throws Exception {
        Server.execute(
                "CREATE TABLE history (id bigint, name text)",
                "CREATE OR REPLACE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " INSERT INTO history VALUES (NEW.id, NEW.name); RETURN NULL; END $$",
                "CREATE TRIGGER history AFTER INSERT OR UPDATE ON parted FOR EACH ROW EXECUTE FUNCTION keep_history()");

        Batches.batch(upsert(database).write(Batches.stream(1, "value % 3 AS id", "'v' || value AS name")), checkpoint);

        assertThat(Server.rows("SELECT id, name FROM history ORDER BY id")).containsExactly("0|v9", "1|v7", "2|v8");
    }

    @Test
    void aTriggerOfAPartitionSeesEachKeyOnce() throws Exception {
        Server.execute(
                "DROP TABLE parted",
                "CREATE TABLE parted (id bigint PRIMARY KEY, name text) PARTITION BY" + " RANGE (id)",
                "CREATE TABLE parted_all PARTITION OF parted DEFAULT");
        Server.execute(
                "CREATE TABLE history (id bigint, name text)",
                "CREATE OR REPLACE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " INSERT INTO history VALUES (NEW.id, NEW.name); RETURN NULL; END $$",
                "CREATE TRIGGER history AFTER INSERT OR UPDATE ON parted_all"
                        + " FOR EACH ROW EXECUTE FUNCTION keep_history()");

        Batches.batch(upsert(database).write(Batches.stream(1, "value % 3 AS id", "'v' || value AS name")), checkpoint);

        assertThat(Server.rows("SELECT id, name FROM history ORDER BY id")).containsExactly("0|v9", "1|v7", "2|v8");
    }

    @Test
    void aRowMayReferToOneOfALaterPart() throws Exception {
        Server.execute("ALTER TABLE parted ADD parent bigint REFERENCES parted");

        Batches.batch(
                upsert(database)
                        .write(Batches.stream(1, "value AS id", "'v' || value AS name", "9 - value % 10 AS parent")),
                checkpoint);

        assertThat(Server.rows("SELECT id, parent FROM parted WHERE id IN (0, 9) ORDER BY id"))
                .containsExactly("0|9", "9|0");
    }

    @Test
    void whatACrashLeftIsDropped() throws Exception {
        Batches.batch(upsert(database).write(rows()), checkpoint);
        String queryId = Server.rows("SELECT query_id FROM millrace_ledger").get(0);
        ExactlyOncePlan plan = Sinks.jdbc(database)
                .table("parted")
                .planner(ExactlyOnceRule.on("upsertExactlyOnce", java.util.List.of("id")))
                .plan("test", rows().schema());
        Server.execute("CREATE UNLOGGED TABLE \"" + plan.stagingPrefix(queryId) + "left\" (id bigint)");

        Batches.batch(upsert(database).write(rows()), checkpoint);

        assertThat(Server.rows(STAGED)).isEmpty();
    }

    private static Dataset<Row> rows() {
        return Batches.stream(1, "value AS id", "'v' || value AS name");
    }

    private static JdbcExactlyOnce upsert(Database database) {
        return Sinks.jdbc(database).table("parted").rowsPerFlush(2).upsertExactlyOnce("id");
    }

    /** Runs a batch, and {@code work} while its first merge waits for the table; then releases the table. */
    private void whileTheFirstPartIsMerged(Runnable work) throws Exception {
        Future<?> batch;
        try (Connection other = TestPostgres.shared().connect()) {
            other.setAutoCommit(false);
            try (Statement statement = other.createStatement()) {
                statement.execute("LOCK TABLE parted IN EXCLUSIVE MODE");
            }
            batch = threads.submit(() -> {
                Batches.batch(upsert(database).write(rows()), checkpoint);
                return null;
            });
            Server.awaitSome(MERGING);
            work.run();
            other.rollback();
        }
        batch.get();
    }
}
