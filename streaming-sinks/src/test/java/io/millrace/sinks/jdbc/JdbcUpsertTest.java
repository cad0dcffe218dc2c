package io.millrace.sinks.jdbc;

import static io.millrace.sinks.jdbc.Server.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.sinks.Sinks;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JdbcUpsertTest {
    private static final StructType COUNTS =
            new StructType().add("zip", "string").add("count", "long").add("note", "string");
    private static final JdbcTarget TARGET = Sinks.jdbc(Server.database()).table("counts");

    @BeforeEach
    void emptyTable() {
        Server.execute(
                "DROP TABLE IF EXISTS counts", "CREATE TABLE counts (zip text PRIMARY KEY, count bigint, note text)");
    }

    @Test
    void newKeysAreInsertedAndKnownOnesUpdated() {
        write(TARGET, row("94105", 1L, "first"), row("10001", 2L, null));
        write(TARGET, row("94105", 3L, null));

        assertThat(Server.rows("SELECT * FROM counts ORDER BY zip")).containsExactly("10001|2|null", "94105|3|null");
    }

    @Test
    void aReplayedBatchLeavesTheTableUnchanged() {
        Row[] batch = {row("94105", 1L, "first"), row("10001", 2L, null)};
        write(TARGET, batch);
        write(TARGET, batch);

        assertThat(Server.rows("SELECT * FROM counts ORDER BY zip")).containsExactly("10001|2|null", "94105|1|first");
    }

    @Test
    void theLastRowOfAKeyWinsWithinABatch() {
        write(TARGET.rowsPerFlush(2), row("1", 1L, "a"), row("1", 2L, "b"), row("2", 3L, "c"), row("1", 4L, "d"));

        assertThat(Server.rows("SELECT * FROM counts ORDER BY zip")).containsExactly("1|4|d", "2|3|c");
    }

    @Test
    void aTaskWhoseRowsFitIntoOneFlushWritesOnceHoweverLongItTakes() {
        assertThat(FlushLimits.DEFAULT.reachedBy(19_999, 1_000, Duration.ofDays(1)))
                .isFalse();
        assertThat(FlushLimits.DEFAULT.reachedBy(20_000, 1_000, Duration.ZERO)).isTrue();
        assertThat(FlushLimits.DEFAULT.reachedBy(1, 16 << 20, Duration.ZERO)).isTrue();
    }

    @Test
    void aRerunInOneFlushShowsNoKeyAtAnEarlierRowOfItsBatch() {
        Row[] batch = {row("94105", 1L, "first"), row("94105", 2L, "second")};
        write(TARGET, batch);
        ForeachWriter<Row> rerun = writer(TARGET);
        rerun.open(0, 0);
        rerun.process(batch[0]);

        assertThat(Server.rows("SELECT * FROM counts")).containsExactly("94105|2|second");
        rerun.process(batch[1]);
        rerun.close(null);
        assertThat(Server.rows("SELECT * FROM counts")).containsExactly("94105|2|second");
    }

    @Test
    void flushAfterShowsRowsBeforeTheTaskEnds() {
        ForeachWriter<Row> writer = writer(TARGET.flushAfter(Duration.ZERO));
        writer.open(0, 0);
        writer.process(row("94105", 1L, "first"));

        assertThat(Server.rows("SELECT * FROM counts")).containsExactly("94105|1|first");
        writer.close(null);
    }

    @Test
    void flushAfterTakesAnyDuration() {
        ForeachWriter<Row> writer = writer(TARGET.flushAfter(ChronoUnit.FOREVER.getDuration()));
        writer.open(0, 0);
        writer.process(row("94105", 1L, "first"));
        writer.close(null);

        assertThat(Server.rows("SELECT * FROM counts")).containsExactly("94105|1|first");
    }

    @Test
    void flushAfterNeedsNoOtherRow() {
        ForeachWriter<Row> writer = writer(TARGET.flushAfter(Duration.ofMillis(1)));
        writer.open(0, 0);
        writer.process(row("94105", 1L, "first"));
        Server.awaitSome("SELECT 1 FROM counts WHERE zip = '94105'");

        writer.process(row("10001", 1L, "second"));
        Server.awaitSome("SELECT 1 FROM counts WHERE zip = '10001'");
        writer.close(null);
    }

    @Test
    void aFlushByAgeThatFailsFailsTheTask() {
        Server.execute("ALTER TABLE counts ADD CONSTRAINT few CHECK (count < 10)");
        ForeachWriter<Row> writer = writer(TARGET.flushAfter(Duration.ofMillis(1)));
        writer.open(0, 0);
        writer.process(row("94105", 4711L, "canary"));

        assertThatThrownBy(() -> writer.close(null)).hasMessageContaining("the table refuses a row");
        assertThat(Server.rows("SELECT * FROM counts")).isEmpty();
    }

    @Test
    void aFailedTaskFlushesNothingMoreByAge() {
        ForeachWriter<Row> writer = writer(TARGET.flushAfter(Duration.ofHours(1)));
        writer.open(0, 0);
        writer.process(row("94105", 1L, "first"));
        writer.close(new IllegalStateException("upstream failed"));

        assertThat(Server.rows("SELECT * FROM counts")).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("millrace flush into"));
    }

    @Test
    void aFailedTaskFlushesNothingMore() {
        ForeachWriter<Row> writer = writer(TARGET);
        writer.open(0, 0);
        writer.process(row("94105", 1L, "first"));
        writer.close(new IllegalStateException("upstream failed"));

        assertThat(Server.rows("SELECT * FROM counts")).isEmpty();
    }

    @Test
    void anEmptyTaskDoesNotQueryTheDatabase() {
        ForeachWriter<Row> writer = writer(TARGET);
        Server.execute("DROP TABLE counts");
        writer.open(0, 0);
        writer.close(null);

        assertThat(Server.rows("SELECT to_regclass('counts')")).containsExactly("null");
    }

    @Test
    void aRowWithoutItsKeyFailsAndNamesTheColumn() {
        ForeachWriter<Row> writer = writer(TARGET);
        writer.open(0, 0);

        assertThatThrownBy(() -> writer.process(row(null, 1L, "a")))
                .hasMessage("Cannot write a row into \"counts\": column \"zip\": a key is never NULL.");
    }

    @Test
    void aRefusedRowIsReportedWithoutItsValues() {
        Server.execute("ALTER TABLE counts ADD CONSTRAINT few CHECK (count < 10)");

        assertThatThrownBy(() -> write(TARGET, row("94105", 4711L, "canary")))
                .hasMessage("Upsert into \"counts\" in " + Server.database().label() + " failed:"
                        + " the table refuses a row (SQLSTATE 23514, constraint \"few\").")
                .hasNoCause();
    }

    @Test
    void namesAreNotChanged() {
        Server.execute(
                "DROP SCHEMA IF EXISTS \"Odd.Schema\" CASCADE",
                "CREATE SCHEMA \"Odd.Schema\"",
                "CREATE TABLE \"Odd.Schema\".\"a \"\"table\" (\"Key.1\" int PRIMARY KEY, \"sel ect\" text)");
        StructType schema = new StructType().add("Key.1", "int").add("sel ect", "string");

        Server.write(
                Sinks.jdbc(Server.database())
                        .table("Odd.Schema", "a \"table")
                        .upsertOn("Key.1")
                        .writer(schema),
                row(1, "x"));

        assertThat(Server.rows("SELECT * FROM \"Odd.Schema\".\"a \"\"table\"")).containsExactly("1|x");
    }

    private static ForeachWriter<Row> writer(JdbcTarget target) {
        return target.upsertOn("zip").writer(COUNTS);
    }

    private static void write(JdbcTarget target, Row... rows) {
        Server.write(writer(target), rows);
    }
}
