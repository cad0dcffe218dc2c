package io.millrace.sinks;

import static io.millrace.core.OutputModes.update;
import static io.millrace.core.Transforms.where;
import static io.millrace.sinks.TestStreams.forgetCommit;
import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.core.Await;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Problem;
import io.millrace.core.Rehearsal;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.core.ValidationException;
import io.millrace.sinks.jdbc.Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Pipelines that are rehearsed on a copy of their checkpoint, from Kafka into PostgreSQL. */
class RehearsalTest extends RehearsalCheck {
    private static final CountDownLatch IN_BATCH = new CountDownLatch(1);
    private static final CountDownLatch DONE = new CountDownLatch(1);

    private static final String PROVIDER = "spark.sql.streaming.stateStore.providerClass";
    private static final String LOCAL_FILES = "fs.file.impl";
    private static final String STORES = "org.apache.spark.sql.execution.streaming.state.";
    private static final Transform COUNT = rows ->
            rows.selectExpr("cast(value as string) as zip").groupBy("zip").count();

    RehearsalTest(@TempDir Path directory, TestInfo test) {
        super(directory, test);
    }

    private Pipeline counts(Transform count) {
        return Pipeline.named("counts")
                .from(kafka().topics(topic).startingFrom(Offsets.earliest()).maxOffsetsPerTrigger(10))
                .via(count)
                .to(Sinks.jdbc(Server.database()).table("counted").upsertOn("zip"))
                .outputMode(update())
                .availableNow()
                .checkpointAt(checkpoint);
    }

    @Test
    void theNextBatchOfChangedCodeRunsAndNothingIsWritten() throws Exception {
        send(10);
        run(hits());
        send(15);
        Map<String, String> before = files(checkpoint);
        List<String> ledger = Server.rows("SELECT batch_id, rows, committed_at FROM millrace_ledger");

        Rehearsal rehearsal = hits().via(where("id > '2'")).rehearse(session());

        assertThat(rehearsal.batch()).isEqualTo(OptionalLong.of(1));
        assertThat(rehearsal.rowsRead()).as("the limit of the source").isEqualTo(10);
        assertThat(rehearsal.rowsForSink()).isEqualTo(7);
        assertThat(rehearsal.rerun()).isFalse();
        assertThat(rehearsal.duration()).isPositive();
        assertThat(rehearsal.notes()).extracting(Problem::field).contains("startingFrom");
        assertThat(rehearsal.toString())
                .startsWith("Rehearsal of \"hits\": batch 1, 10 rows read, 7 rows for the sink, in ")
                .contains(System.lineSeparator() + "  - startingFrom(earliest): the checkpoint at ");
        assertThat(files(checkpoint)).isEqualTo(before);
        assertNoCopyIsLeft();
        assertThat(Server.rows("SELECT count(*) FROM rehearsed")).containsExactly("10");
        assertThat(Server.rows("SELECT batch_id, rows, committed_at FROM millrace_ledger"))
                .isEqualTo(ledger);
    }

    @Test
    void aBatchThatWasPlannedAndNotCommittedRunsAgain() throws Exception {
        send(10);
        run(hits());
        send(10);
        run(hits());
        forgetCommit(checkpoint, 1);
        send(10);
        Map<String, String> before = files(checkpoint);

        Rehearsal rehearsal = hits().rehearse(session());

        assertThat(rehearsal.toString())
                .startsWith("Rehearsal of \"hits\": batch 1, which was not committed, 10 rows read, 10 rows for");
        assertThat(files(checkpoint)).isEqualTo(before);
    }

    @Test
    void aQueryWithStateInMemoryContinuesFromIt() throws Exception {
        aStatefulQueryContinuesFromItsState("HDFSBackedStateStoreProvider");
    }

    @Test
    void aQueryWithStateInRocksDbContinuesFromIt() throws Exception {
        // RocksDB takes no other local file system than Hadoop's own.
        Configuration hadoop = session().sparkContext().hadoopConfiguration();
        String before = hadoop.get(LOCAL_FILES);
        hadoop.set(LOCAL_FILES, LocalFileSystem.class.getName());
        hadoop.setBoolean(LOCAL_FILES + ".disable.cache", true);
        try {
            aStatefulQueryContinuesFromItsState("RocksDBStateStoreProvider");
        } finally {
            hadoop.unset(LOCAL_FILES);
            if (before != null) {
                hadoop.set(LOCAL_FILES, before);
            }
            hadoop.unset(LOCAL_FILES + ".disable.cache");
        }
    }

    private void aStatefulQueryContinuesFromItsState(String store) throws Exception {
        session().conf().set(PROVIDER, STORES + store);
        try {
            for (int batch = 0; batch < 13; batch++) { // A snapshot of the state is written after ten.
                send(3);
                run(counts(COUNT));
            }
            send(4);
            Map<String, String> before = files(checkpoint);

            Rehearsal rehearsal = counts(COUNT).rehearse(session());

            assertThat(rehearsal.batch()).isEqualTo(OptionalLong.of(13));
            assertThat(rehearsal.rowsForSink()).isEqualTo(4);
            assertThat(files(checkpoint)).isEqualTo(before);
            assertThat(Server.rows("SELECT zip, count FROM counted ORDER BY zip"))
                    .containsExactly("0|13", "1|13", "2|13");

            Transform other = rows -> rows.selectExpr("cast(cast(value as string) as bigint) as zip")
                    .groupBy("zip")
                    .count()
                    .selectExpr("cast(zip as string) as zip", "count");
            assertThat(catchThrowable(() -> counts(other).rehearse(session())))
                    .as("Spark refuses it at its first batch, unless it is refused before")
                    .isInstanceOfAny(IllegalStateException.class, ValidationException.class);
            assertThat(files(checkpoint)).isEqualTo(before);
            assertNoCopyIsLeft();
            run(counts(COUNT));
            assertThat(Server.rows("SELECT zip, count FROM counted ORDER BY zip"))
                    .containsExactly("0|14", "1|14", "2|14", "3|1");
        } finally {
            session().conf().unset(PROVIDER);
        }
    }

    @Test
    void aNewQueryIsRehearsedFromItsStart() throws Exception {
        send(15);

        assertThat(hits().rehearse(session()).rowsForSink()).isEqualTo(10);
        assertThat(checkpoint).doesNotExist();
        assertNoCopyIsLeft();
        Pipeline withoutCheckpoint = Pipeline.named("hits")
                .from(kafka().topics(topic).startingFrom(Offsets.earliest()))
                .to(Sinks.format("noop"));
        Rehearsal rehearsal = withoutCheckpoint.rehearse(session());
        assertThat(rehearsal.batch()).isEqualTo(OptionalLong.of(0));
        assertThat(rehearsal.rowsForSink()).isEqualTo(15);
        assertThat(Server.rows("SELECT count(*) FROM rehearsed")).containsExactly("0");
    }

    @Test
    void withoutNewRowsThereIsNoBatch() throws Exception {
        send(10);
        run(hits());

        Rehearsal rehearsal = hits().rehearse(session());

        assertThat(rehearsal.batch()).isEmpty();
        assertThat(rehearsal.toString())
                .startsWith("Rehearsal of \"hits\": no batch, since the source has no new rows");
        assertNoCopyIsLeft();
    }

    @Test
    void anotherRehearsalMayRunMeanwhile() throws Exception {
        send(10);
        Transform waiting = Transforms.of(
                "waiting",
                rows -> rows.as(Encoders.row(rows.schema())).filter((FilterFunction<Row>) row -> {
                    IN_BATCH.countDown();
                    return DONE.await(1, TimeUnit.MINUTES);
                }));
        CompletableFuture<Rehearsal> first = CompletableFuture.supplyAsync(
                () -> hits().via(waiting).to(Sinks.format("noop")).rehearse(session()));
        try {
            assertThat(IN_BATCH.await(1, TimeUnit.MINUTES)).isTrue();
            assertThat(hits().rehearse(session()).rowsForSink()).isEqualTo(10);
        } finally {
            DONE.countDown();
        }
        assertThat(first.get(1, TimeUnit.MINUTES).rowsForSink()).isEqualTo(10);
        assertNoCopyIsLeft();
    }

    @Test
    void theQueryMayRunMeanwhile() throws Exception {
        session().conf().set("spark.sql.streaming.minBatchesToRetain", 2);
        Pipeline live = Pipeline.named("live")
                .from(Sources.rate().rowsPerSecond(2_000))
                .via(rows ->
                        rows.selectExpr("value % 100 as key").groupBy("key").count())
                .to(Sinks.format("noop"))
                .outputMode(update())
                .checkpointAt(checkpoint);
        StreamingQuery query = live.every(Duration.ZERO).start(session());
        try {
            Await.until(
                    () -> query.lastProgress() != null && query.lastProgress().batchId() >= 3);
            for (int time = 0; time < 5; time++) {
                long before = query.lastProgress().batchId();
                Rehearsal rehearsal = live.rehearse(session());
                assertThat(rehearsal.batch().orElse(before)).isGreaterThanOrEqualTo(before);
                assertNoCopyIsLeft();
            }
            assertThat(query.isActive()).isTrue();
            assertThat(query.id()).isEqualTo(session().streams().active()[0].id());
        } finally {
            query.stop();
            session().conf().unset("spark.sql.streaming.minBatchesToRetain");
        }
    }

    @Test
    void aBatchThatFailsIsSaidWithoutItsValues() throws Exception {
        send(10);
        run(hits());
        send(1);
        Map<String, String> before = files(checkpoint);
        Pipeline failing = hits().via(rows -> rows.selectExpr("raise_error(concat('secret-', id)) as id"));

        assertThatThrownBy(() -> failing.via(rows -> rows.selectExpr("cast(id as string) as id"))
                        .rehearse(session()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("The rehearsal of \"hits\" failed (")
                .hasMessageEndingWith("). The checkpoint and the target are as they were.")
                .hasMessageNotContaining("secret")
                .hasStackTraceContaining("secret-0");
        assertThat(files(checkpoint)).isEqualTo(before);
        assertNoCopyIsLeft();
    }

    @Test
    void whatStartRefusesIsRefused() {
        assertThatThrownBy(() -> hits().via(where("none > 1")).rehearse(session()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("none");
        assertNoCopyIsLeft();
    }

    @Test
    void filesThatTheQueryWouldDeleteStay() throws Exception {
        Path input = Files.createDirectories(directory.resolve("input"));
        Source source = Sources.union(
                Sources.text(input).deletingDoneFiles().via(rows -> rows.select("value")),
                Sources.text(input).option("CLEANSOURCE", "delete"));
        Pipeline lines = Pipeline.named("lines")
                .from(source)
                .to(Sinks.format("noop"))
                .availableNow()
                .checkpointAt(checkpoint);
        Files.writeString(input.resolve("1"), "a\n");
        run(lines);
        Files.writeString(input.resolve("2"), "b\nc\n");

        assertThat(lines.rehearse(session()).rowsRead()).isEqualTo(4);
        assertThat(input.resolve("1")).exists();
    }
}
