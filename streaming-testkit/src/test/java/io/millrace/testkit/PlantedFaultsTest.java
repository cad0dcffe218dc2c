package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

/** Sinks with one planted fault each, and the tests of the contract that detect it. */
class PlantedFaultsTest {
    @Test
    void sinkThatIgnoresReplaysByPartitionAndEpochLosesRowsThatCameInAnotherPartition() {
        Map<String, String> failures = failuresOf(IgnoresReplays.class);

        // Which partitions have ended when another crashes is up to Spark, so other tests may find it or not.
        assertThat(failures)
                .containsKeys(
                        "anotherPartitioningOnRetryLosesAndDuplicatesNothing",
                        "crashBeforeSparkCommitsDuplicatesNothing",
                        "connectionLostBetweenStatementsLosesAndDuplicatesNothing")
                .doesNotContainKeys(
                        "everyRowArrives",
                        "replayedBatchLeavesTheTargetUnchanged",
                        "repeatedKeyInABatchKeepsThePromise");
        assertThat(failures.get("anotherPartitioningOnRetryLosesAndDuplicatesNothing"))
                .startsWith("After a crash in the middle of a batch of 6 partitions and a rerun in 3, the target"
                        + " breaks the promise APPEND_EXACTLY_ONCE: ")
                .contains(" are missing");
    }

    @Test
    void sinkThatAppendsBlindlyDuplicatesRerunBatches() {
        Map<String, String> failures = failuresOf(AppendsBlindly.class);

        assertThat(failures)
                .containsOnlyKeys(
                        "replayedBatchLeavesTheTargetUnchanged",
                        "crashBeforeSparkCommitsDuplicatesNothing",
                        "anotherOrderOnRetryLosesAndDuplicatesNothing",
                        "newDriverThatSharesNothingKeepsThePromise",
                        "repeatedKeyInABatchKeepsThePromise",
                        "equalRowsKeepThePromise",
                        "manyBatchesKeepThePromise",
                        "oldEpochThatArrivesLateChangesNothing",
                        "batchOf100000RowsArrives");
        assertThat(failures.get("replayedBatchLeavesTheTargetUnchanged"))
                .startsWith("After a rerun of the last batch, the target breaks the promise APPEND_EXACTLY_ONCE:"
                        + " 20 rows were not expected");
    }

    @Test
    void sinkThatSwallowsAnErrorLosesTheBatch() {
        Map<String, String> failures = failuresOf(SwallowsErrors.class);

        assertThat(failures)
                .containsOnlyKeys(
                        "anotherPartitioningOnRetryLosesAndDuplicatesNothing",
                        "anotherOrderOnRetryLosesAndDuplicatesNothing",
                        "connectionLostBetweenStatementsLosesAndDuplicatesNothing",
                        "crashInTheMiddleOfABatchLosesAndDuplicatesNothing",
                        "errorOfTheTargetFailsTheBatch");
        assertThat(failures.get("errorOfTheTargetFailsTheBatch"))
                .isEqualTo("The target refused every write, but the batch was committed: the sink swallowed the error,"
                        + " and the rows of the batch are lost.");
        assertThat(failures.get("crashInTheMiddleOfABatchLosesAndDuplicatesNothing"))
                .isEqualTo(
                        "A row failed before it reached the sink, but the batch was committed: the sink swallowed the"
                                + " error, and the rows of the batch are lost.");
    }

    @Test
    void sinkThatLetsAnOldEpochWinGoesBackInTime() {
        Map<String, String> failures = failuresOf(OldEpochWins.class);

        assertThat(failures).containsOnlyKeys("oldEpochThatArrivesLateChangesNothing", "manyBatchesKeepThePromise");
        assertThat(failures.get("oldEpochThatArrivesLateChangesNothing"))
                .startsWith("After an old batch arrived late, after a newer one, the target breaks the promise"
                        + " UPSERT: 8 rows differ");
    }

    @Test
    void sinkThatChangesAKnownIdBreaksThePromiseOfAnInsert() {
        Map<String, String> failures = failuresOf(ChangesKnownIds.class);

        assertThat(failures)
                .containsKeys("everyRowArrives", "repeatedKeyInABatchKeepsThePromise", "nullsArriveAsNulls")
                .doesNotContainKeys("batchOf100000RowsArrives", "textsArriveUnchanged");
        assertThat(failures.get("everyRowArrives"))
                .startsWith("After two batches, the target breaks the promise INSERT: 10 rows differ");
    }

    /** The message of each test of {@code contract} that fails. */
    private static Map<String, String> failuresOf(Class<? extends SinkContract> contract) {
        Map<String, String> failures = new LinkedHashMap<>();
        EngineTestKit.engine("junit-jupiter").selectors(selectClass(contract)).execute().testEvents().failed().stream()
                .forEach(event -> failures.put(
                        event.getTestDescriptor().getDisplayName().replaceAll("\\(.*", ""),
                        event.getRequiredPayload(TestExecutionResult.class)
                                .getThrowable()
                                .map(Throwable::getMessage)
                                .orElse("")));
        return failures;
    }

    static final class IgnoresReplays extends PlantedFault {
        IgnoresReplays() {
            super(Promise.APPEND_EXACTLY_ONCE);
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return rows.writeStream().foreach(new ReplayIgnoringWriter(tableName()));
        }
    }

    static final class AppendsBlindly extends PlantedFault {
        AppendsBlindly() {
            super(Promise.APPEND_EXACTLY_ONCE);
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return inBatches(rows, (batch, id) -> table().append(batch.collectAsList()));
        }
    }

    static final class SwallowsErrors extends PlantedFault {
        SwallowsErrors() {
            super(Promise.APPEND_EXACTLY_ONCE);
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return inBatches(rows, (batch, id) -> {
                try {
                    table().appendOnce(id, batch.collectAsList());
                } catch (Exception e) {
                    // The planted fault.
                }
            });
        }
    }

    static final class OldEpochWins extends PlantedFault {
        OldEpochWins() {
            super(Promise.UPSERT);
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return rows.writeStream().foreach(new OverwritingWriter(tableName()));
        }
    }

    static final class ChangesKnownIds extends PlantedFault {
        ChangesKnownIds() {
            super(Promise.INSERT);
        }

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return rows.writeStream().foreach(new OverwritingWriter(tableName()));
        }
    }

    private abstract static class PlantedFault extends TestTableContract {
        private final Promise promise;

        PlantedFault(Promise promise) {
            this.promise = promise;
        }

        @Override
        protected final Promise promise() {
            return promise;
        }

        static DataStreamWriter<Row> inBatches(Dataset<Row> rows, VoidFunction2<Dataset<Row>, Long> write) {
            return rows.writeStream().foreachBatch(write);
        }
    }

    private static final class ReplayIgnoringWriter extends BufferingWriter {
        private static final long serialVersionUID = 1L;

        ReplayIgnoringWriter(String tableName) {
            super(tableName);
        }

        @Override
        public boolean open(long partition, long epoch) {
            return super.open(partition, epoch) && !TestTable.named(tableName).isDone(partition + " of " + epoch);
        }

        @Override
        void write(TestTable table, List<Row> written, String partitionAndEpoch) {
            if (!table.isDone(partitionAndEpoch)) {
                table.append(written);
                table.done(partitionAndEpoch);
            }
        }
    }

    private static final class OverwritingWriter extends BufferingWriter {
        private static final long serialVersionUID = 1L;

        OverwritingWriter(String tableName) {
            super(tableName);
        }

        @Override
        void write(TestTable table, List<Row> written, String partitionAndEpoch) {
            table.upsert(written);
        }
    }
}
