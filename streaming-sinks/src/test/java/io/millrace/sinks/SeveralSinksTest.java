package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.run;
import static io.millrace.sinks.TestStreams.session;
import static io.millrace.sinks.TestStreams.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.LoginFileSystem;
import io.millrace.core.MemoryInput;
import io.millrace.core.Sink;
import io.millrace.sinks.jdbc.JdbcTarget;
import io.millrace.sinks.jdbc.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeveralSinksTest {
    private static final AtomicInteger COMPUTED = new AtomicInteger();

    private final Path directory;
    private final MemoryInput<String> lines = lines();
    private final List<String> table = new ArrayList<>();
    private final List<String> audit = new ArrayList<>();

    SeveralSinksTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void eachSinkGetsEveryRowAndTheRowsAreComputedOnce() throws Exception {
        COMPUTED.set(0);
        Dataset<Row> counted = lines.toDF()
                .map((MapFunction<Row, String>) SeveralSinksTest::counted, Encoders.STRING())
                .toDF();
        add(lines, "a", "b", "c");

        run(
                Sinks.several("table", into(table)).and("audit", into(audit)).and("files", Sinks.text(path("files"))),
                counted,
                checkpoint());

        assertThat(table).containsExactly("0: [a, b, c]");
        assertThat(audit).containsExactly("0: [a, b, c]");
        assertThat(text(session().read().text(path("files")))).containsExactly("a", "b", "c");
        assertThat(COMPUTED).hasValue(3);
    }

    @Test
    void aFailureResumesOnlyTheUnfinishedSinks() throws Exception {
        add(lines, "1,94105");
        Sink broken = Sinks.foreachBatch((rows, batchId) -> {
            throw new IllegalStateException("out of order");
        });

        Throwable failure = catchThrowable(() -> run(
                Sinks.several("table", into(table)).and("broken", broken).and("audit", into(audit)),
                hits(lines),
                checkpoint()));

        assertThat(failure).rootCause().hasMessage("out of order");
        assertThat(failure)
                .cause()
                .hasMessage("Batch 0: 1 of 3 sinks failed: broken (IllegalStateException)."
                        + " Restart the query on its checkpoint: only these get the batch again.");
        List<String> repaired = new ArrayList<>();
        run(
                Sinks.several("table", into(table))
                        .and("broken", into(repaired))
                        .and("audit", into(audit)),
                hits(lines),
                checkpoint());

        assertThat(repaired).containsExactly("0: [1|94105]");
        assertThat(table).containsExactly("0: [1|94105]");
        assertThat(audit).containsExactly("0: [1|94105]");
    }

    @Test
    void aCrashBetweenTheLastRecordAndSparksCommitWritesNothingTwice() throws Exception {
        Sink both = Sinks.several("table", into(table)).and("audit", into(audit));
        add(lines, "1,94105");
        run(both, hits(lines), checkpoint());

        TestStreams.forgetCommit(checkpoint(), 0);
        add(lines, "2,10001");
        run(both, hits(lines), checkpoint());

        assertThat(table).containsExactly("0: [1|94105]", "1: [2|10001]");
        assertThat(audit).containsExactly("0: [1|94105]", "1: [2|10001]");
    }

    @Test
    void aReplayThatNoSinkNeedsStillAdvancesTheWatermark() throws Exception {
        Sink both = Sinks.several("table", into(table)).and("audit", into(audit));
        Dataset<Row> counts = lines.toDF()
                .selectExpr("cast(value as timestamp) as time")
                .withWatermark("time", "0 seconds")
                .groupBy("time")
                .count()
                .selectExpr("date_format(time, 'HH:mm') as time", "count");
        add(lines, "2026-01-01 10:00:00", "2026-01-01 10:05:00");
        session().conf().set("spark.sql.streaming.noDataMicroBatches.enabled", "false");
        try {
            run(both, counts, checkpoint());
        } finally {
            session().conf().unset("spark.sql.streaming.noDataMicroBatches.enabled");
        }

        TestStreams.forgetCommit(checkpoint(), 0);
        run(both, counts, checkpoint());

        assertThat(table).containsExactly("0: []", "1: [10:00|1, 10:05|1]");
    }

    @Test
    void aCrashBeforeTheRecordGivesThatSinkAloneTheBatchAgain() throws Exception {
        Sink both = Sinks.several("table", into(table)).and("audit", into(audit));
        add(lines, "1,94105");
        run(both, hits(lines), checkpoint());

        TestStreams.forgetCommit(checkpoint(), 0);
        Files.delete(finished("audit"));
        run(both, hits(lines), checkpoint());

        assertThat(table).hasSize(1);
        assertThat(audit).containsExactly("0: [1|94105]", "0: [1|94105]");
    }

    @Test
    void filesAmongSeveralSinksHoldEveryRowOnceEvenWithoutTheRecord() throws Exception {
        Sink both = Sinks.several("table", into(table)).and("files", Sinks.orc(path("files")));
        add(lines, "1,94105");
        run(both, hits(lines), checkpoint());

        TestStreams.forgetCommit(checkpoint(), 0);
        Files.delete(finished("files"));
        run(both, hits(lines), checkpoint());

        assertThat(text(session().read().orc(path("files")))).containsExactly("1|94105");
    }

    @Test
    void tablesAmongSeveralSinksHoldEveryRowOnceEvenWithoutTheRecord() throws Exception {
        Server.execute(
                "DROP TABLE IF EXISTS several_audit, several_hits",
                "CREATE TABLE several_audit (id bigint, zip text)",
                "CREATE TABLE several_hits (id bigint PRIMARY KEY, zip text)");
        JdbcTarget target = Sinks.jdbc(Server.database());
        Sink both = Sinks.several("audit", target.table("several_audit").appendExactlyOnce())
                .and("hits", target.table("several_hits").upsertOn("id"));
        add(lines, "1,94105", "2,10001");
        run(both, hits(lines), checkpoint());

        TestStreams.forgetCommit(checkpoint(), 0);
        Files.delete(finished("audit"));
        Files.delete(finished("hits"));
        run(both, hits(lines), checkpoint());

        assertThat(Server.rows("SELECT * FROM several_audit ORDER BY id")).containsExactly("1|94105", "2|10001");
        assertThat(Server.rows("SELECT * FROM several_hits ORDER BY id")).containsExactly("1|94105", "2|10001");
    }

    @Test
    void aCheckpointThatWasSetBackIsRefusedBeforeASinkLosesRows() throws Exception {
        Sink one = Sinks.several("table", into(table));
        add(lines, "1,94105");
        run(one, hits(lines), checkpoint());
        add(lines, "2,10001");
        run(one, hits(lines), checkpoint());

        TestStreams.forgetCommit(checkpoint(), 1);
        TestStreams.forgetCommit(checkpoint(), 0);
        Files.delete(checkpoint().resolve("offsets/1"));
        Files.deleteIfExists(checkpoint().resolve("offsets/.1.crc"));

        assertThatThrownBy(() -> run(one, hits(lines), checkpoint()))
                .rootCause()
                .hasMessage(
                        "The sink \"table\" has finished batch 1, but the query is at batch 0: its checkpoint was set"
                                + " back. Restore the newer checkpoint, or delete file:" + finished("table")
                                + " if the sink is to get the batches from here on again.");
    }

    @Test
    void aLoginInTheCheckpointIsNotShown() throws Exception {
        Sink one = Sinks.several("table", into(table));
        add(lines, "1,94105");
        runWithLogin(one);
        Files.writeString(finished("table"), "unknown");
        TestStreams.forgetCommit(checkpoint(), 0);

        assertThatThrownBy(() -> runWithLogin(one))
                .rootCause()
                .hasMessageStartingWith(
                        LoginFileSystem.SHOWN + finished("table") + " does not record a finished batch");
    }

    private void runWithLogin(Sink sink) throws Exception {
        sink.write(hits(lines))
                .option("checkpointLocation", LoginFileSystem.location(session(), checkpoint()))
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();
    }

    @Test
    void aSinkThatJoinsLaterGetsTheBatchesFromThenOn() throws Exception {
        add(lines, "1,94105");
        run(Sinks.several("table", into(table)), hits(lines), checkpoint());
        add(lines, "2,10001");
        run(Sinks.several("table", into(table)).and("audit", into(audit)), hits(lines), checkpoint());

        assertThat(table).containsExactly("0: [1|94105]", "1: [2|10001]");
        assertThat(audit).containsExactly("1: [2|10001]");
    }

    @Test
    void aQueryOnAnotherCheckpointStartsFromTheBeginning() throws Exception {
        Sink one = Sinks.several("table", into(table));
        add(lines, "1,94105");
        run(one, hits(lines), checkpoint());
        Path other = directory.resolve("other");
        Files.createDirectories(other.resolve("millrace/finished"));
        Files.copy(finished("table"), other.resolve("millrace/finished/table"));

        run(one, hits(lines), other);

        assertThat(table).containsExactly("0: [1|94105]", "0: [1|94105]");
    }

    @Test
    void stoppingInTheMiddleOfASinkIsNotAFailure() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        Sink slow = Sinks.foreachBatch((rows, batchId) -> {
            writing.countDown();
            new CountDownLatch(1).await();
        });
        add(lines, "1,94105");
        StreamingQuery query = Sinks.several("slow", slow)
                .and("table", into(table))
                .write(hits(lines))
                .option("checkpointLocation", checkpoint().toString())
                .start();
        writing.await();
        query.stop();

        assertThat(query.exception().isEmpty()).isTrue();
        assertThat(table).isEmpty();
    }

    @Test
    void aRecordHoldsTheIdsOfQueryAndBatchAndNothingElse() throws Exception {
        add(lines, "1,canary");
        run(Sinks.several("table", into(table)), hits(lines), checkpoint());

        assertThat(Files.readString(finished("table"))).matches("v1\n[0-9a-f-]{36}\n0\n");
    }

    private static Sink into(List<String> written) {
        return Sinks.foreachBatch((rows, batchId) -> written.add(batchId + ": " + text(rows)));
    }

    private static String counted(Row row) {
        COMPUTED.incrementAndGet();
        return row.getString(0);
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private Path checkpoint() {
        return directory.resolve("checkpoint");
    }

    private Path finished(String sink) {
        return checkpoint().resolve("millrace/finished/" + sink);
    }
}
