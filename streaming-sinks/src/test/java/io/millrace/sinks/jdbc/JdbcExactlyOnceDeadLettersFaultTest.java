package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.dialect.DeadLetterMergeSql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.sql.Connection;
import java.util.List;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** However often a batch runs, each of its rows is in the table or a dead letter, and only once. */
@Timeout(60)
class JdbcExactlyOnceDeadLettersFaultTest extends ExactlyOnceDeadLetters {
    /** A staging table is not logged: after a crash between the tasks and the merge it is empty. */
    @Test
    void nothingIsMergedFromAStagingTableThatHasLostRows() throws Exception {
        DeadLetterRule letters = DeadLetterRule.to(new TableName(null, "refused"));
        ExactlyOncePlan plan = Sinks.jdbc(Server.database())
                .table("orders")
                .planner(ExactlyOnceRule.on("appendExactlyOnce", List.of()).withDeadLetters(letters))
                .plan("test", new StructType().add("id", "bigint").add("name", "string"));
        DeadLetterWriting writing = (DeadLetterWriting) plan.writing();
        DeadLetterMergeSql sql = writing.sql();
        TableName name = sql.table().sibling("millrace_stage_lost");
        StagingTable staging = new StagingTable(name, List.of(new StagingTable.Partition(7, 3)));
        DeadLetterMerge merge = writing.merge("Batch 0", "query", 0, staging);
        try (Connection connection = Pools.borrow(Server.database(), "Test")) {
            sql.create(connection, name);
            sql.stage(connection, name, List.of(row(1L, "a"), row(2L, "b")).iterator(), 7, 0);

            assertThatThrownBy(() -> merge.whole(connection)).hasMessageContaining("2 of 3 staged rows are left");
            assertThatThrownBy(() -> merge.rowByRow(connection)).hasMessageContaining("2 of 3 staged rows are left");
            sql.drop(connection, name);
            connection.commit();
        }
        assertThat(Server.rows("SELECT * FROM orders")).isEmpty();
    }

    @ParameterizedTest(name = "{0} partitions")
    @ValueSource(ints = {1, 3})
    void oneBadRowInAHundredIsADeadLetterHoweverOftenTheBatchRuns(int partitions) throws Exception {
        Server.execute("ALTER TABLE orders ADD CONSTRAINT good CHECK (id % 100 <> 57)");
        JdbcExactlyOnce strict = APPEND.deadLettersAtMost(0.01);

        Batches.batch(strict.write(hundreds(partitions)), checkpoint);
        Batches.batch(strict.write(hundreds(partitions)), checkpoint);
        Batches.uncommit(checkpoint);
        Batches.batch(strict.write(hundreds(4 - partitions)), checkpoint);

        assertThat(Server.rows(SUMMARY)).containsExactly("2970|2970|0|2999");
        assertThat(Server.rows("SELECT count(*), count(DISTINCT \"row\"::json ->> 'id'), count(DISTINCT epoch),"
                        + " max(sqlstate), max(target) FROM refused"))
                .containsExactly("30|30|3|23514|orders");
        assertNoStageIsLeft();
    }

    /** Commits: the check of the ledger, the staging table, its rows by task, its index, the merge. */
    @ParameterizedTest(name = "{0} partitions, {1} commits")
    @CsvSource({"1, 5", "3, 7"})
    void neitherRowsNorDeadLettersComeTwiceWhicheverCommitReplyIsLost(int partitions, int commits) throws Exception {
        Server.execute("ALTER TABLE orders ADD CONSTRAINT good CHECK (id % 10 <> 7)");
        try (FaultProxy proxy = new FaultProxy(Server.postgres().port())) {
            JdbcExactlyOnce sink = Sinks.jdbc(proxy.of(Server.database()))
                    .table("orders")
                    .appendExactlyOnce()
                    .deadLettersTo("refused");
            for (int ordinal = 1; ordinal <= commits; ordinal++) {
                proxy.loseReplyToCommit(ordinal);

                Batches.batch(sink.write(rows(partitions)), checkpoint);

                assertThat(proxy.faultHasStruck()).isTrue();
                assertThat(Server.rows("SELECT count(*), count(DISTINCT id) FROM orders"))
                        .containsExactly(9 * ordinal + "|" + 9 * ordinal);
                assertThat(Server.rows("SELECT count(*), count(DISTINCT epoch) FROM refused"))
                        .containsExactly(ordinal + "|" + ordinal);
            }
        }
        assertNoStageIsLeft();
    }

    /** Where the COMMIT fails, the dead letters go with the batch. */
    @Test
    void deadLettersOfABatchThatIsNotCommittedAreGone() throws Exception {
        Server.execute(
                "ALTER TABLE orders ADD CONSTRAINT good CHECK (id <> 7)",
                "CREATE FUNCTION break() RETURNS trigger LANGUAGE plpgsql AS"
                        + " $$ BEGIN RAISE EXCEPTION USING ERRCODE = 'io_error'; END $$",
                "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION break()");

        assertThatThrownBy(() -> Batches.batch(APPEND.write(rows(2)), checkpoint))
                .hasMessageContaining("SQLSTATE 58030");
        Server.execute("DROP FUNCTION break CASCADE");
        assertThat(Server.rows("SELECT id FROM orders")).isEmpty();
        assertThat(Server.rows("SELECT \"row\" FROM refused")).isEmpty();
        assertNoStageIsLeft();
    }
}
