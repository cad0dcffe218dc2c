package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.BatchSink;
import io.millrace.core.internal.QueryLog;
import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.sinks.Batches;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.TestStreams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The counts of a sink are logged once for each batch, and shown by Spark with each stage. */
@Timeout(60)
class JdbcWriteCountsTest {
    private final KeptLog log = new KeptLog();
    private final Stages stages = new Stages();
    private final SparkContext spark = TestStreams.session().sparkContext();

    // JUnit sets it.
    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path checkpoint;

    @BeforeEach
    void listen() {
        Server.execute(
                "DROP TABLE IF EXISTS figures, refused, millrace_fence, millrace_ledger",
                "CREATE TABLE figures (id int PRIMARY KEY, value text CHECK (value <> 'v7'))");
        log.start();
        loggers().forEach(logger -> logger.addAppender(log));
        // A new appender resets the levels of a logger.
        loggers().forEach(logger -> logger.setLevel(Level.INFO));
        spark.addSparkListener(stages);
    }

    @AfterEach
    void end() {
        loggers().forEach(logger -> logger.removeAppender(log));
        loggers().forEach(logger -> logger.setLevel(null));
        spark.removeSparkListener(stages);
    }

    @Test
    void anUpsertInSeveralTasksIsLoggedInOneLineABatch() throws Exception {
        JdbcUpsert sink = Sinks.jdbc(Server.database())
                .table("figures")
                .rowsPerFlush(2)
                .upsertOn("id")
                .deadLettersTo("refused");
        batch(sink, 2);
        batch(sink, 2);

        assertThat(log.take())
                .matches("Query \"[-0-9a-f]{36}\", batch 0: 10 rows read in \\d+ ms;"
                        + " into \"figures\": 10 rows in 6 flushes and \\d+ ms, 1 dead letter");
        assertThat(log.take())
                .matches("Query \"[-0-9a-f]{36}\", batch 1: 10 rows read in \\d+ ms;"
                        + " into \"figures\": 10 rows in 6 flushes and \\d+ ms");
        assertThat(log.lines).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void theCountsOfABatchAreLoggedOnce(JdbcStrategy strategy) throws Exception {
        Server.execute("ALTER TABLE figures DROP CONSTRAINT figures_value_check");
        JdbcTarget target = Sinks.jdbc(Server.database()).table("figures");
        batch(strategy.into(target), 1);
        batch(strategy.into(target), 1);

        assertThat(log.take()).matches("Query .*, batch 0: .*; into \"figures\": 10 rows in 1 flush and \\d+ ms");
        assertThat(log.take()).contains("batch 1:");
        assertThat(log.lines).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void sparkShowsTheCountsWithTheStage(JdbcStrategy strategy) throws Exception {
        Server.execute("ALTER TABLE figures DROP CONSTRAINT figures_value_check");
        batch(strategy.into(Sinks.jdbc(Server.database()).table("figures")), 2);

        stages.await("jdbc figures: rows = 10");
        stages.await("jdbc figures: flushes = 2");
    }

    @Test
    void aRetryIsCounted() throws Exception {
        Server.execute("ALTER TABLE figures DROP CONSTRAINT figures_value_check");
        try (FaultProxy proxy = new FaultProxy(Server.postgres().port())) {
            BatchSink sink = JdbcStrategy.UPSERT_ON.into(
                    Sinks.jdbc(proxy.of(Server.database())).table("figures"));
            proxy.loseReplyToCommit(2);
            batch(sink, 1);
        }

        assertThat(log.take()).endsWith(" ms, 1 retry");
    }

    @Test
    void deadLettersOfAnExactlyOnceBatchAreLogged() throws Exception {
        batch(Sinks.jdbc(Server.database()).table("figures").appendExactlyOnce().deadLettersTo("refused"), 1);

        assertThat(log.take()).matches("Query .*, batch 0: .* 10 rows in 1 flush and \\d+ ms, 1 dead letter");
        stages.await("jdbc figures: rows = 10");
    }

    /** The commit after the check of the ledger; three tasks commit the staging table and their rows before it. */
    @ParameterizedTest(name = "{0} partitions")
    @CsvSource({"1, 2", "3, 6"})
    void aBatchWhoseCommitReplyIsLostIsLoggedAsSettledWithItsRows(int partitions, int commit) throws Exception {
        Server.execute("ALTER TABLE figures DROP CONSTRAINT figures_value_check");
        try (FaultProxy proxy = new FaultProxy(Server.postgres().port())) {
            BatchSink sink = JdbcStrategy.APPEND_EXACTLY_ONCE.into(
                    Sinks.jdbc(proxy.of(Server.database())).table("figures"));
            proxy.loseReplyToCommit(commit);
            batch(sink, partitions);
        }

        assertThat(log.take())
                .isEqualTo("Batch 0 into \"public.figures\" is settled: an earlier attempt committed it, but its"
                        + " answer was lost");
        assertThat(log.take())
                .matches("Query .*, batch 0: .* into \"figures\": 10 rows in " + partitions
                        + " flush(es)? and \\d+ ms, 1 retry");
        assertThat(log.lines).isEmpty();
    }

    /**
     * The commit of the merge comes after those that check the ledger, and create, fill and index the staging table.
     */
    @ParameterizedTest(name = "{0} partitions")
    @CsvSource({"1, 5", "3, 7"})
    void aBatchWhoseCommitReplyIsLostCountsItsDeadLetters(int partitions, int commit) throws Exception {
        try (FaultProxy proxy = new FaultProxy(Server.postgres().port())) {
            BatchSink sink = Sinks.jdbc(proxy.of(Server.database()))
                    .table("figures")
                    .appendExactlyOnce()
                    .deadLettersTo("refused");
            proxy.loseReplyToCommit(commit);
            batch(sink, partitions);
        }

        assertThat(log.take()).contains("\"public.figures\" is settled");
        assertThat(log.take())
                .matches("Query .*, batch 0: .* 10 rows in " + partitions
                        + " flush(es)? and \\d+ ms, 1 retry, 1 dead letter");
        stages.await("jdbc figures: rows = 10");
        assertThat(log.lines).isEmpty();
    }

    private void batch(BatchSink sink, int partitions) throws Exception {
        Batches.batch(
                sink.write(Batches.stream(partitions, "cast(value AS int) AS id", "'v' || value AS value")),
                checkpoint);
    }

    private static List<Logger> loggers() {
        return List.of(
                (Logger) LogManager.getLogger(QueryLog.class), (Logger) LogManager.getLogger(ExactlyOnceBatch.class));
    }

    private static final class KeptLog extends AbstractAppender {
        final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

        KeptLog() {
            super("kept", null, null, false, Property.EMPTY_ARRAY);
        }

        /** Spark calls its listeners a moment later. */
        String take() throws InterruptedException {
            return String.valueOf(lines.poll(10, TimeUnit.SECONDS));
        }

        @Override
        public void append(LogEvent event) {
            String line = event.getMessage().getFormattedMessage();
            if (!line.endsWith(" ended.")) {
                lines.add(line);
            }
        }
    }

    /** The accumulators of each completed stage. */
    private static final class Stages extends SparkListener {
        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        final List<String> taken = new ArrayList<>();

        /** Spark calls its listeners a moment later. */
        void await(String figure) throws InterruptedException {
            while (!taken.contains(figure)) {
                String next = seen.poll(10, TimeUnit.SECONDS);
                assertThat(next).as("%s is none of %s", figure, taken).isNotNull();
                taken.add(next);
            }
        }

        @Override
        public void onStageCompleted(SparkListenerStageCompleted stage) {
            for (Object known : ScalaCollections.list(
                    stage.stageInfo().accumulables().values().toSeq())) {
                AccumulableInfo info = (AccumulableInfo) known;
                if (info.name().isDefined()) {
                    seen.add(info.name().get() + " = " + info.value().get());
                }
            }
        }
    }
}
