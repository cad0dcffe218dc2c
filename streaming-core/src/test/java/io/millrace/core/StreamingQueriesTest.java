package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.internal.spark.ScalaCollections;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ExperimentalMethods;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class StreamingQueriesTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Path checkpoint;
    private final CountDownLatch inBatch = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    StreamingQueriesTest(@TempDir Path checkpoint) {
        this.checkpoint = checkpoint;
    }

    @AfterEach
    void stopWhatStillRuns() throws Exception {
        mayEnd.countDown();
        for (StreamingQuery query : Spark.session().streams().active()) {
            query.stop();
        }
    }

    @Test
    void theRunningBatchIsCommittedAndNoOtherStarts() throws Exception {
        StreamingQuery query = start(this::waitInBatch);
        inBatch.await();

        CompletableFuture<Boolean> stopped =
                CompletableFuture.supplyAsync(() -> StreamingQueries.stopBetweenBatches(query, LONG));
        awaitStopping(query);
        assertThat(stopped).isNotDone();
        mayEnd.countDown();

        assertThat(stopped.get()).isTrue();
        assertThat(checkpoint.resolve("commits/0")).exists();
        assertThat(checkpoint.resolve("offsets/1")).doesNotExist();
        assertThat(query.exception().isEmpty()).isTrue();
    }

    @Test
    void aBatchThatIsStillPlannedIsCommitted() throws Exception {
        ExperimentalMethods planning = Spark.session().experimental();
        planning.extraOptimizations_$eq(ScalaCollections.seq(List.of(new WaitingRule())));
        try {
            StreamingQuery query = start(
                    (rows, batch) -> rows.write().format("noop").mode("append").save());
            inBatch.await();
            CompletableFuture<Boolean> stopped =
                    CompletableFuture.supplyAsync(() -> StreamingQueries.stopBetweenBatches(query, LONG));
            awaitStopping(query);
            mayEnd.countDown();

            assertThat(stopped.get()).isTrue();
            assertThat(checkpoint.resolve("commits/0")).exists();
            assertThat(checkpoint.resolve("offsets/1")).doesNotExist();
        } finally {
            planning.extraOptimizations_$eq(ScalaCollections.seq(List.of()));
        }
    }

    @Test
    void sparksOwnStopInterruptsTheBatch() throws Exception {
        StreamingQuery query = start(this::waitInBatch);
        inBatch.await();

        query.stop();

        assertThat(checkpoint.resolve("commits/0")).doesNotExist();
    }

    @Test
    void aBatchThatOutlastsThePatienceIsInterruptedAndReported() throws Exception {
        StreamingQuery query = start(this::waitInBatch);
        inBatch.await();

        assertThat(StreamingQueries.stopBetweenBatches(query, Duration.ofMillis(1)))
                .isFalse();

        assertThat(query.isActive()).isFalse();
        assertThat(checkpoint.resolve("commits/0")).doesNotExist();
    }

    @Test
    void aQueryThatWaitsForItsTriggerEndsAtOnce() throws Exception {
        StreamingQuery query = Spark.rate()
                .writeStream()
                .format("noop")
                .trigger(Trigger.ProcessingTime(LONG.toMillis()))
                .option("checkpointLocation", checkpoint.toString())
                .start();
        Await.until(() -> query.status().message().equals("Waiting for next trigger"));

        assertThat(StreamingQueries.stopBetweenBatches(query, LONG)).isTrue();
    }

    @Test
    void aBatchThatFailsMeanwhileIsReported() throws Exception {
        StreamingQuery query = start((rows, batch) -> {
            waitInBatch(rows, batch);
            throw new IllegalStateException("the disk is full");
        });
        inBatch.await();

        CompletableFuture<Boolean> stopped =
                CompletableFuture.supplyAsync(() -> StreamingQueries.stopBetweenBatches(query, LONG));
        awaitStopping(query);
        mayEnd.countDown();

        assertThat(stopped.get()).isFalse();
        assertThat(query.exception().get().getMessage()).contains("the disk is full");
    }

    @Test
    void aQueryThatHasEndedIsLeftAlone() throws Exception {
        StreamingQuery query = Spark.rate().writeStream().format("noop").start();
        query.stop();

        assertThat(StreamingQueries.stopBetweenBatches(query, LONG)).isTrue();
    }

    @Test
    void aBatchCannotWaitForItself() throws Exception {
        CompletableFuture<StreamingQuery> itself = new CompletableFuture<>();
        StreamingQuery query = start((rows, batch) -> {
            StreamingQueries.stopBetweenBatches(itself.get(), LONG);
        });
        itself.complete(query);

        assertThatThrownBy(query::awaitTermination)
                .hasMessageContaining("was called by the batch that it would wait for. Call it from another thread.");
    }

    @Test
    void continuousModeHasNothingBetweenBatches() throws Exception {
        StreamingQuery query = Spark.rate()
                .writeStream()
                .queryName("continuous")
                .format("noop")
                .trigger(Trigger.Continuous(50))
                .start();
        ContinuousQueries.awaitFirstEpoch(query);

        assertThatThrownBy(() -> StreamingQueries.stopBetweenBatches(query, LONG))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "stopBetweenBatches(\"continuous\"): the query runs in continuous mode, which has no batches."
                                + " Call query.stop().");
    }

    @Test
    void aPatienceWithoutEndDoesNotOverflow() throws Exception {
        for (Duration forever :
                List.of(ChronoUnit.FOREVER.getDuration(), Duration.ofNanos(Long.MAX_VALUE), Duration.ofDays(200_000))) {
            StreamingQuery query = Spark.rate().writeStream().format("noop").start();

            assertThat(StreamingQueries.stopBetweenBatches(query, forever)).isTrue();
        }
    }

    @Test
    void aQueryThatDoesNotStopDoesNotDelayTheOthers() throws Exception {
        StreamingQuery deaf = start((rows, batch) -> {
            inBatch.countDown();
            while (mayEnd.getCount() > 0) {
                Thread.interrupted();
            }
        });
        inBatch.await();
        CountDownLatch otherInBatch = new CountDownLatch(1);
        StreamingQuery other = Spark.rate()
                .writeStream()
                .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (rows, batch) -> {
                    otherInBatch.countDown();
                    new CountDownLatch(1).await();
                })
                .start();
        otherInBatch.await();

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(
                () -> StreamingQueries.stopAll(List.of(Spark.session().streams().active()), Duration.ofMillis(1)));
        other.awaitTermination();

        assertThat(stopped).isNotDone();
        mayEnd.countDown();
        stopped.get();
        assertThat(deaf.isActive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alone", "supervised"})
    void aTerminatedJvmFinishesItsBatchFirst(String how) throws Exception {
        Process job = new ProcessBuilder(JobToTerminate.command(checkpoint, how))
                .redirectErrorStream(true)
                .start();
        try (var lines = job.inputReader()) {
            StringBuilder said = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                said.append(line).append('\n');
                if (line.equals("in batch 0")) {
                    break;
                }
            }
            assertThat(said).contains("in batch 0");

            // The handle, as Process.destroy closes the output as well.
            job.toHandle().destroy();
            String rest = String.join("\n", lines.lines().toList());

            assertThat(rest).contains("batch 0 ends").doesNotContain("in batch 1");
            assertThat(checkpoint.resolve("commits/0")).exists();
        } finally {
            job.destroyForcibly().waitFor();
        }
    }

    private StreamingQuery start(VoidFunction2<Dataset<Row>, Long> batch) throws Exception {
        Files.createDirectories(checkpoint);
        return Spark.rate()
                .writeStream()
                .foreachBatch(batch)
                .option("checkpointLocation", checkpoint.toString())
                .start();
    }

    private void waitInBatch(Dataset<Row> rows, Long batch) throws InterruptedException {
        inBatch.countDown();
        mayEnd.await();
    }

    private static void awaitStopping(StreamingQuery query) {
        Await.until(() -> !query.isActive());
    }

    /** Lets the planning of a batch wait. */
    private final class WaitingRule extends Rule<LogicalPlan> {
        @Override
        public LogicalPlan apply(LogicalPlan plan) {
            try {
                waitInBatch(Spark.session().emptyDataFrame(), 0L);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return plan;
        }
    }
}
