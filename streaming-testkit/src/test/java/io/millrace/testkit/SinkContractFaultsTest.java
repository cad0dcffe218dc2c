package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.millrace.testkit.SinkContract.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** What the contract says of sinks that fail between statements, remember too much or change values. */
class SinkContractFaultsTest {
    private static final String CRASH = "crashBetweenStatementsLosesAndDuplicatesNothing";
    private static final String LOST_CONNECTION = "connectionLostBetweenStatementsLosesAndDuplicatesNothing";
    private static final String NEW_DRIVER = "newDriverThatSharesNothingKeepsThePromise";

    @Test
    void rowsThatAreLostBetweenTwoCommitsAreNamedWithTheStatement() {
        assertThat(messageOf(MarksFirst.class, CRASH))
                .startsWith("After a crash before statement 3 of a batch, and a rerun, the target breaks the promise"
                        + " APPEND_EXACTLY_ONCE: 8 rows are missing\n\n")
                .contains("  missing  17  33       name 17's \"33\"  8.25    00:00:33\n");
        assertThat(messageOf(MarksFirst.class, LOST_CONNECTION))
                .startsWith(
                        "After the connection was lost before statement 3 of a batch, and a rerun, the target breaks"
                                + " the promise APPEND_EXACTLY_ONCE: 8 rows are missing");
    }

    @Test
    void sinkThatDoesNotRecoverFailsWithItsError() {
        assertThat(messageOf(NeverRecovers.class, LOST_CONNECTION))
                .startsWith("After the connection was lost before statement 1 of a batch, and a rerun, the batch failed"
                        + " in each of 3 reruns: IllegalStateException: broken for ever (SinkContractFaultsTest.java:");
    }

    @Test
    void sinkWithoutFaultsIsNotCrashedBetweenItsStatements() {
        assertThat(messageOf(BrokenSinks.NoOutage.class, CRASH))
                .isEqualTo("faults() is not overridden: crashes between two statements of the sink were"
                        + " not tried. Return a TargetFaults, and let the sink connect to through(port).");
        assertThat(messageOf(Unproxied.class, CRASH))
                .isEqualTo("Assumption failed: no statement of the sink went through faults(): let it connect to"
                        + " through(port), or let its target call statement()");
    }

    @Test
    void sinkThatKeepsItsLedgerInTheDriverIsCaughtByADriverThatSharesNothing() {
        assertThat(messageOf(RemembersInTheDriver.class, "crashBeforeSparkCommitsDuplicatesNothing"))
                .isEmpty();
        assertThat(messageOf(RemembersInTheDriver.class, NEW_DRIVER))
                .startsWith("After a batch that was written but not committed by Spark, and its rerun by a driver that"
                        + " shares nothing with the first, the target breaks the promise APPEND_EXACTLY_ONCE: 10 rows"
                        + " were not expected");
        assertThat(messageOf(RemembersInTasks.class, NEW_DRIVER))
                .startsWith("After a batch that was written but not committed by Spark, and its rerun by a driver that"
                        + " shares nothing with the first, the target breaks the promise APPEND_EXACTLY_ONCE: 10 rows"
                        + " were not expected");
    }

    @Test
    void targetThatANewDriverDoesNotReachIsNotTried() {
        assertThat(messageOf(UnnamedTarget.class, NEW_DRIVER))
                .isEqualTo("A driver that shares nothing with the first was not tried: it does not write into target()."
                        + " Let targetClasses() name the classes of a target in this JVM.");
    }

    @Test
    void keysInAnotherOrderBreakASinkThatNumbersItsRows() {
        assertThat(messageOf(NumbersRows.class, "anotherOrderOnRetryLosesAndDuplicatesNothing"))
                .startsWith("After a batch that was written but not committed by Spark, and a rerun with its keys in"
                        + " another order, the target breaks the promise APPEND_EXACTLY_ONCE: ");
    }

    @Test
    void equalRowsOfAnAppendAreTwoRows() {
        assertThat(messageOf(DropsDuplicates.class, "equalRowsKeepThePromise"))
                .startsWith(
                        "After a batch with each row twice, the target breaks the promise APPEND_EXACTLY_ONCE: 3 rows"
                                + " are missing");
    }

    @Test
    void ledgerThatOrdersIdsAsTextsLosesTheEleventhBatch() {
        assertThat(messageOf(OrdersIdsAsTexts.class, "manyBatchesKeepThePromise"))
                .startsWith("After 11 batches, the target breaks the promise APPEND_EXACTLY_ONCE: 6 rows are missing");
    }

    @Test
    void valueThatTheTargetCannotHoldIsNamedWithItsLimit() {
        assertThat(messageOf(Trims.class, "textsArriveUnchanged"))
                .startsWith(
                        "After a batch with texts with blanks at their ends, the target breaks the promise UPSERT: 4"
                                + " rows differ\n\n")
                .contains("*\" leading\"*", "*leading*")
                .endsWith("\nIf the target cannot hold them, let limits() return TargetLimit.BLANKS_AT_ENDS, and say so"
                        + " in the documentation of the sink.");
        assertThat(messageOf(TrimsAndSaysSo.class, "textsArriveUnchanged")).isEmpty();
        assertThat(messageOf(RefusesNaN.class, "numbersArriveUnchanged"))
                .startsWith("The sink failed in a batch with NaN: ")
                .contains("IllegalStateException: NaN is no number")
                .endsWith("\nIf the target cannot hold them, let limits() return TargetLimit.NAN, and say so in the"
                        + " documentation of the sink.");
    }

    @Test
    void keyBeyondAnIntIsShown() {
        assertThat(messageOf(IntKeys.class, "keysArriveUnchanged"))
                .startsWith(
                        "After a batch with keys below zero, beyond 2^31 and beyond 2^53, the target breaks the promise"
                                + " UPSERT: ");
    }

    @Test
    void timeInTheHourThatAZoneHasTwiceIsShownWithTheWayToReadIt() {
        assertThat(messageOf(ThroughLocalTime.class, "timesAroundClockChangesArriveUnchanged"))
                .startsWith("After a batch with times around the clock changes of Europe/Zurich, the target breaks the"
                        + " promise UPSERT: 1 row differs\n\n")
                .contains("*2026-10-25T01:30*", "*2026-10-25T00:30*")
                .endsWith("Read it as OffsetDateTime or as text.");
    }

    @Test
    void deletesThatAreIgnoredLeaveTheirKeys() {
        assertThat(messageOf(IgnoresDeletes.class, "everyRowArrives")).isEmpty();
        assertThat(messageOf(IgnoresDeletes.class, "deletedKeysAreGoneUntilTheyAreWrittenAgain"))
                .startsWith("After deletes of two keys and of one that was never written, the target breaks the promise"
                        + " UPSERT: ");
        assertThat(messageOf(VersionedUpsertTest.class, "deletedKeysAreGoneUntilTheyAreWrittenAgain"))
                .isEqualTo(
                        "Assumption failed: columns() has no BOOLEAN \"deleted\", or the promise is not UPSERT: deletes"
                                + " were not tried.");
    }

    @Test
    void atLeastOnceAllowsRepeatedRowsOfRerunBatchesAlone() {
        assertThat(messageOf(AtLeastOnceTest.class, "replayedBatchLeavesTheTargetUnchanged"))
                .isEmpty();
        assertThat(messageOf(WritesTwice.class, "everyRowArrives"))
                .startsWith("After two batches, the target breaks the promise APPEND_AT_LEAST_ONCE: 40 rows were not"
                        + " expected");
    }

    @Test
    void columnsAndKeysThatDoNotFitAreRefused() {
        assertThat(messageOf(UnknownKey.class, "everyRowArrives"))
                .isEqualTo("keys() returns [zip]: name at least one of the columns of columns(): id, version, name,"
                        + " amount,"
                        + " seen.");
        assertThat(messageOf(IntVersion.class, "everyRowArrives"))
                .isEqualTo("columns() has \"version\" as int: it is BIGINT, since it grows with every row.");
        assertThat(messageOf(DoubleKey.class, "everyRowArrives"))
                .isEqualTo("keys() names \"id\", which is double: a key is a BIGINT, INT, DECIMAL, STRING, DATE or"
                        + " TIMESTAMP.");
    }

    /** Why the test failed or was skipped; empty if it passed. */
    private static String messageOf(Class<? extends SinkContract> contract, String test) {
        List<Event> ends = EngineTestKit.engine("junit-jupiter")
                .selectors(selectMethod(contract, test))
                .execute()
                .testEvents()
                .finished()
                .list();
        assertThat(ends).hasSize(1);
        return ends.get(0)
                .getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .map(thrown -> String.valueOf(thrown.getMessage()))
                .orElse("");
    }

    private abstract static class Append extends BrokenSinks.BrokenSink {
        Append() {
            super(Promise.APPEND_EXACTLY_ONCE);
        }
    }

    private abstract static class Upsert extends BrokenSinks.BrokenSink {
        Upsert() {
            super(Promise.UPSERT);
        }
    }

    static final class MarksFirst extends Append {
        @Override
        void write(List<Row> rows, long batch) {
            if (!table().isDone("batch " + batch)) {
                table().done("batch " + batch);
                table().append(rows);
            }
        }
    }

    static final class NeverRecovers extends Append {
        private boolean broken;

        @Override
        void write(List<Row> rows, long batch) {
            if (broken) {
                throw new IllegalStateException("broken for ever");
            }
            broken = true;
            table().appendOnce(batch, rows);
            broken = false;
        }
    }

    static final class Unproxied extends Append {
        private final TargetFaults unused = new TargetFaults();

        @Override
        protected TargetFaults faults() {
            return unused;
        }
    }

    static final class RemembersInTheDriver extends Append {
        private static final Set<String> WRITTEN = ConcurrentHashMap.newKeySet();

        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return inBatches(rows, (batch, id) -> {
                String query = batch.sparkSession().sparkContext().getLocalProperty("sql.streaming.queryId");
                List<Row> all = batch.collectAsList();
                if (WRITTEN.add(query + id)) {
                    table().append(all);
                }
            });
        }
    }

    static final class RemembersInTasks extends Append {
        @Override
        protected DataStreamWriter<Row> write(Dataset<Row> rows) {
            return rows.coalesce(1).writeStream().foreach(new RememberingWriter(tableName()));
        }
    }

    private static final class RememberingWriter extends BufferingWriter {
        private static final long serialVersionUID = 1L;
        private static final Map<String, Integer> WRITTEN = new ConcurrentHashMap<>();

        RememberingWriter(String tableName) {
            super(tableName);
        }

        @Override
        void write(TestTable table, List<Row> written, String partitionAndEpoch) {
            if (WRITTEN.putIfAbsent(written.toString(), written.size()) == null) {
                table.append(written);
            }
        }
    }

    static final class UnnamedTarget extends Append {
        @Override
        protected List<Class<?>> targetClasses() {
            return List.of();
        }
    }

    static final class NumbersRows extends Append {
        @Override
        void write(List<Row> rows, long batch) {
            for (int number = 0; number < rows.size(); number++) {
                if (!table().isDone(batch + "-" + number + "-" + rows.get(0).getLong(0))) {
                    table().done(batch + "-" + number + "-" + rows.get(0).getLong(0));
                    table().append(List.of(rows.get(number)));
                }
            }
        }
    }

    static final class DropsDuplicates extends Append {
        @Override
        List<Row> changed(List<Row> rows) {
            return rows.stream().distinct().toList();
        }
    }

    static final class OrdersIdsAsTexts extends Append {
        private String last = "";

        @Override
        protected void reset() {
            super.reset();
            last = "";
        }

        @Override
        void write(List<Row> rows, long batch) {
            if (Long.toString(batch).compareTo(last) > 0) {
                table().append(rows);
                last = Long.toString(batch);
            }
        }
    }

    static class Trims extends Upsert {
        @Override
        Row changed(Row row) {
            return with(row, 2, row.isNullAt(2) ? null : row.getString(2).trim());
        }
    }

    static final class TrimsAndSaysSo extends Trims {
        @Override
        protected Set<TargetLimit> limits() {
            return Set.of(TargetLimit.BLANKS_AT_ENDS);
        }
    }

    static final class RefusesNaN extends Upsert {
        @Override
        Row changed(Row row) {
            if (!row.isNullAt(3) && Double.isNaN(row.getDouble(3))) {
                throw new IllegalStateException("NaN is no number");
            }
            return row;
        }
    }

    static final class IntKeys extends Upsert {
        @Override
        Row changed(Row row) {
            return with(row, 0, (long) (int) row.getLong(0));
        }
    }

    static final class ThroughLocalTime extends Upsert {
        @Override
        Row changed(Row row) {
            return row.isNullAt(4)
                    ? row
                    : with(
                            row,
                            4,
                            java.sql.Timestamp.valueOf(row.getTimestamp(4).toLocalDateTime()));
        }
    }

    static final class IgnoresDeletes extends Upsert {
        @Override
        protected StructType columns() {
            return COLUMNS.add("deleted", "boolean");
        }

        @Override
        List<Row> changed(List<Row> rows) {
            List<Row> kept = new ArrayList<>(rows);
            kept.removeIf(row -> row.getBoolean(5));
            return kept.stream()
                    .map(row -> StreamKit.row(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4)))
                    .toList();
        }
    }

    static final class WritesTwice extends BrokenSinks.BrokenSink {
        WritesTwice() {
            super(Promise.APPEND_AT_LEAST_ONCE);
        }

        @Override
        void write(List<Row> rows, long batch) {
            table().append(rows);
            table().append(rows);
        }
    }

    static final class UnknownKey extends Upsert {
        @Override
        protected List<String> keys() {
            return List.of("zip");
        }
    }

    static final class IntVersion extends Upsert {
        @Override
        protected StructType columns() {
            return StructType.fromDDL("id BIGINT, version INT");
        }
    }

    static final class DoubleKey extends Upsert {
        @Override
        protected StructType columns() {
            return StructType.fromDDL("id DOUBLE, version BIGINT");
        }
    }

    private static Row with(Row row, int column, @Nullable Object value) {
        @Nullable Object[] values = new Object[row.length()];
        for (int index = 0; index < values.length; index++) {
            values[index] = index == column ? value : row.get(index);
        }
        return StreamKit.row(values);
    }
}
