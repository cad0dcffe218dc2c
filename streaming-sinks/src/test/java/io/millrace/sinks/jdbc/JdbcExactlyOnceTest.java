package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.PlannedQuery;
import io.millrace.core.Problem;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcExactlyOnceTest {
    private static final String SUMMARY = "SELECT count(*), count(DISTINCT id), min(id), max(id) FROM exact";
    private static final JdbcTarget TARGET = Sinks.jdbc(Server.database()).table("exact");
    private static final JdbcExactlyOnce APPEND = TARGET.appendExactlyOnce();

    // JUnit sets it.
    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path checkpoint;

    @BeforeEach
    void emptyTables() {
        Server.execute(
                "DROP TABLE IF EXISTS exact, millrace_ledger", "CREATE TABLE exact (id bigint, name varchar(9))");
    }

    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void eachBatchIsAppendedOnceHoweverOftenItRuns(int partitions) throws Exception {
        Batches.batch(APPEND.write(rows(partitions)), checkpoint);
        Batches.batch(APPEND.write(rows(partitions)), checkpoint);
        assertThat(Server.rows(SUMMARY)).containsExactly("20|20|0|19");

        Batches.uncommit(checkpoint);
        Batches.batch(APPEND.write(rows(4 - partitions)), checkpoint);

        assertThat(Server.rows("SELECT target, batch_id, \"rows\" FROM millrace_ledger"))
                .containsExactly("public.exact|2|10");
        assertThat(Server.rows(SUMMARY)).containsExactly("30|30|0|29");
        assertNoStagingTableIsLeft();
    }

    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void aRefusedBatchWritesNothingUntilARerunSucceeds(int partitions) throws Exception {
        Batches.batch(APPEND.write(rows(partitions)), checkpoint);
        Server.execute("ALTER TABLE exact ADD CONSTRAINT low CHECK (id < 15)");

        assertThatThrownBy(() -> Batches.batch(APPEND.write(rows(partitions)), checkpoint))
                .hasMessageContaining("the table refuses a row (SQLSTATE 23514, constraint \"low\")."
                        + " Nothing of the batch is in the table. Filter such rows out in an earlier step, or let"
                        + " deadLettersTo(...) keep them.");
        assertThat(Server.rows(SUMMARY)).containsExactly("10|10|0|9");

        Server.execute("ALTER TABLE exact DROP CONSTRAINT low");
        Batches.batch(APPEND.write(rows(partitions)), checkpoint);
        assertThat(Server.rows(SUMMARY)).containsExactly("30|30|0|29");
        assertNoStagingTableIsLeft();
    }

    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void theLastRowOfAKeyIsUpsertedOnce(int partitions) throws Exception {
        Server.execute("ALTER TABLE exact ADD PRIMARY KEY (id)");
        JdbcExactlyOnce upsert = TARGET.upsertExactlyOnce("id");
        Dataset<Row> rows = Batches.stream(partitions, "value % 3 AS id", "'v' || value AS name");

        Batches.batch(upsert.write(rows), checkpoint);
        Batches.uncommit(checkpoint);
        Batches.batch(upsert.write(rows), checkpoint);

        assertThat(Server.rows("SELECT id, name FROM exact ORDER BY id")).hasSize(3);
        if (partitions == 1) {
            assertThat(Server.rows("SELECT id, name FROM exact ORDER BY id"))
                    .containsExactly("0|v18", "1|v19", "2|v17");
        }
        assertNoStagingTableIsLeft();
    }

    /** Spark needs the state and the watermark of a batch, even if its rows are in the table. */
    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void aStatefulQueryGoesOnAfterABatchThatIsInTheTableAlready(int partitions) throws Exception {
        Server.execute("DROP TABLE exact", "CREATE TABLE exact (id bigint PRIMARY KEY, count bigint)");
        JdbcExactlyOnce upsert = TARGET.upsertExactlyOnce("id");
        Dataset<Row> rows =
                Batches.stream(partitions, "value % 3 AS id").groupBy("id").count();

        Batches.batch(upsert.write(rows).outputMode("update"), checkpoint);
        Batches.uncommit(checkpoint);
        Batches.batch(upsert.write(rows).outputMode("update"), checkpoint);

        assertThat(Server.rows("SELECT sum(count) FROM exact")).containsExactly("20");
    }

    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void valuesThatTheServerHasToCastAreWritten(int partitions) throws Exception {
        Server.execute("DROP TABLE exact", "CREATE TABLE exact (id bigint, key uuid, doc json)");
        Dataset<Row> rows = Batches.stream(
                partitions,
                "value AS id",
                "'00000000-0000-0000-0000-00000000000' || value % 10 AS key",
                "'{\"a\": ' || value || '}' AS doc");

        Batches.batch(APPEND.write(rows), checkpoint);

        assertThat(Server.rows("SELECT * FROM exact WHERE id = 7"))
                .containsExactly("7|00000000-0000-0000-0000-000000000007|{\"a\": 7}");
    }

    /** Such an attempt may still run while its partition is rerun elsewhere. */
    @ParameterizedTest
    @ValueSource(strings = {"appendExactlyOnce", "upsertExactlyOnce"})
    void rowsOfAnAbandonedAttemptAreNotWritten(String verb) throws Exception {
        Server.execute("ALTER TABLE exact ADD PRIMARY KEY (id)");
        List<String> keys = verb.startsWith("upsert") ? List.of("id") : List.of();
        ExactlyOnceSql sql = TARGET.planner(ExactlyOnceRule.on(verb, keys))
                .plan("test", rows(1).schema())
                .writing()
                .direct(1)
                .orElseThrow();
        TableName stage = sql.table().sibling("millrace_stage_attempts");
        try (Connection connection = Pools.borrow(Server.database(), "Test")) {
            sql.create(connection, stage);
            sql.stage(
                    connection,
                    stage,
                    List.of(row(1L, "given up"), row(2L, "given up")).iterator(),
                    7,
                    0);
            sql.stage(connection, stage, List.of(row(1L, "counts")).iterator(), 8, 0);

            assertThat(sql.count(connection, stage, new Long[] {8L})).isEqualTo(1);
            sql.merge(connection, stage, new Long[] {8L});
            sql.drop(connection, stage);
            connection.commit();
        }
        assertThat(Server.rows("SELECT id, name FROM exact")).containsExactly("1|counts");
    }

    /** If the connection is cut between the two and the server then crashes, the server may not restart. */
    @Test
    void aStagingTableIsCreatedAndCommittedInOneMessage() throws Exception {
        ExactlyOnceSql sql = TARGET.planner(ExactlyOnceRule.on("appendExactlyOnce", List.of()))
                .plan("test", rows(1).schema())
                .writing()
                .direct(1)
                .orElseThrow();
        TableName stage = sql.table().sibling("millrace_stage_message");
        try (Connection connection = Pools.borrow(Server.database(), "Test")) {
            String session = Server.rows(connection, "SELECT pg_backend_pid()").get(0);

            sql.create(connection, stage);

            assertThat(Server.rows("SELECT query LIKE 'CREATE UNLOGGED TABLE %; COMMIT' FROM pg_stat_activity"
                            + " WHERE pid = " + session))
                    .containsExactly("t");
            sql.drop(connection, stage);
            connection.commit();
        }
    }

    @Test
    void theRowsOfATaskMayTakeLongerThanTheStatementTimeout() throws Exception {
        ExactlyOncePlan plan = TARGET.planner(ExactlyOnceRule.on("appendExactlyOnce", List.of()))
                .plan("test", rows(1).schema());
        try (Connection connection = Pools.borrow(Server.database(), "Test")) {
            plan.writing().sql().awaitRows(connection);
            assertThat(Server.rows(connection, "SHOW statement_timeout")).containsExactly("0");
            connection.commit();
            assertThat(Server.rows(connection, "SHOW statement_timeout")).containsExactly("1min");
        }
    }

    @Test
    void aNewCheckpointIsRefusedUnlessAllowed(@TempDir Path second) throws Exception {
        Batches.batch(APPEND.write(rows(1)), checkpoint);

        assertThatThrownBy(() -> Batches.batch(APPEND.write(rows(1)), second))
                .hasMessageContaining(
                        "may not write batch 0 to \"public.exact\": public.millrace_ledger does not know it,"
                                + " but other queries of this table, as with a new checkpoint")
                .hasMessageContaining("call allowNewCheckpoint()");
        assertThat(Server.rows(SUMMARY)).containsExactly("10|10|0|9");

        Batches.batch(APPEND.allowNewCheckpoint().write(rows(1)), second);
        assertThat(Server.rows("SELECT count(*), count(DISTINCT id) > 9 FROM exact WHERE id < 10"))
                .containsExactly("20|t");
    }

    @Test
    void commitsThatTheDatabaseLostStopTheQuery() throws Exception {
        Batches.batch(APPEND.write(rows(1)), checkpoint);
        Batches.batch(APPEND.write(rows(1)), checkpoint);
        Server.execute("UPDATE millrace_ledger SET batch_id = 0", "DELETE FROM exact WHERE id > 9");

        assertThatThrownBy(() -> Batches.batch(APPEND.write(rows(1)), checkpoint))
                .hasMessageContaining(
                        "the last batch in it is 0, says public.millrace_ledger, so that the batches between"
                                + " them are lost");
        assertThat(Server.rows(SUMMARY)).containsExactly("10|10|0|9");
    }

    @Test
    void aMissingLedgerStopsTheQuery() throws Exception {
        Batches.batch(APPEND.write(rows(1)), checkpoint);
        Server.execute("TRUNCATE millrace_ledger");

        assertThatThrownBy(() -> Batches.batch(APPEND.write(rows(1)), checkpoint))
                .hasMessageContaining("may not write batch 1")
                .hasMessageContaining("a ledger that is gone");
    }

    @Test
    void whatCannotBeExactlyOnceIsRefusedBeforeTheStart() {
        PlannedQuery query = new PlannedQuery(
                "q", Optional.of(rows(1)), OutputMode.Complete(), Trigger.Continuous(1_000), Optional.empty());

        assertThat(APPEND.check(query))
                .extracting(Problem::field)
                .containsExactly("continuous", "outputMode", "checkpointAt");
    }

    private static Dataset<Row> rows(int partitions) {
        return Batches.stream(partitions, "value AS id", "'n' || value AS name");
    }

    private static void assertNoStagingTableIsLeft() {
        assertThat(Server.rows("SELECT relname FROM pg_class WHERE relname LIKE 'millrace_stage%'"))
                .isEmpty();
    }
}
