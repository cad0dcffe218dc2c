package io.millrace.testkit;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.opentest4j.AssertionFailedError;

/**
 * Proves that a sink keeps its promise when batches are rerun, crash, arrive late or are partitioned differently, and
 * when its target fails between two statements. Extend it with a test class that writes to the sink, reads its target
 * and empties it. What a contract does not try, because a method is not overridden, is a skipped test that names the
 * method. All sinks in a JVM share one Spark. The tests of one class share one target and run one at a time, and
 * beside no other test of their JVM: one of them changes its time zone.
 *
 * <pre>{@code
 * class OrdersSinkTest extends SinkContract {
 *     protected Promise promise() { return Promise.UPSERT; }
 *     protected DataStreamWriter<Row> write(Dataset<Row> rows) { return sink.write(rows); }
 *     protected List<Row> target() { return select("SELECT id, version, name, amount, seen FROM orders"); }
 *     protected void reset() { execute("TRUNCATE orders"); }
 * }
 * }</pre>
 */
@Isolated("A test changes the time zone of the JVM.")
@StreamingTest(partitions = 2)
public abstract class SinkContract {
    /** The columns of {@link #columns} by default, with the key {@code id}. */
    public static final StructType COLUMNS =
            StructType.fromDDL("id BIGINT, version BIGINT, name STRING, amount DOUBLE, seen TIMESTAMP");

    private static final int LARGE = 100_000;

    /** More than a ledger keeps that only has room for ten. */
    private static final int MANY_BATCHES = 14;

    private @Nullable SinkScenario scenario;

    /** The promise of a sink about batches that may run more than once. */
    public enum Promise {
        /** The target has one row for each key: the one with the highest version, which is also the last to arrive. */
        UPSERT,
        /** The target has one row for each key: the first to arrive. */
        INSERT,
        /** The target has every row exactly once, including rows with the same key and rows that are equal. */
        APPEND_EXACTLY_ONCE,
        /** The target has every row at least once, and more often only if its batch ran more than once. */
        APPEND_AT_LEAST_ONCE
    }

    /** For a subclass. */
    protected SinkContract() {}

    /** The promise that the sink makes. */
    protected abstract Promise promise();

    /**
     * The sink under test on {@code rows}. Called once for each driver, so more than once in a test, and once on a
     * second instance of the test class.
     */
    protected abstract DataStreamWriter<Row> write(Dataset<Row> rows);

    /** All rows now in the target, by the positions of {@link #columns} without {@code deleted}, in any order. */
    protected abstract List<Row> target();

    /** Empties the target and everything else that the sink keeps. Called before each test. */
    protected abstract void reset();

    /**
     * The columns that the sink gets: {@link #COLUMNS} by default. Of your own, a BIGINT named {@code version} grows
     * with every row, which a sink needs that keeps the highest version, and one that keeps the last to arrive does
     * without; and a BOOLEAN named {@code deleted} is true in rows that delete their key, if the promise is
     * {@link Promise#UPSERT}, and is not in {@link #target}. All others but the keys may be null, unless NOT NULL.
     */
    protected StructType columns() {
        return COLUMNS;
    }

    /** The columns of the key, which are never null: {@code id} by default. An append repeats them as any other. */
    protected List<String> keys() {
        return List.of("id");
    }

    /** What the target cannot hold, so that the sink does not get it. Empty by default. */
    protected Set<TargetLimit> limits() {
        return EnumSet.noneOf(TargetLimit.class);
    }

    /**
     * Makes the target refuse every write until the result is closed: for example, renames the table or revokes a
     * right. Null by default, which skips the test of errors.
     */
    protected @Nullable AutoCloseable outage() {
        return null;
    }

    /**
     * The faults that the sink's connection goes through, or that a target in this JVM asks before each operation: the
     * same at each call. Null by default, which skips the tests of faults between two statements.
     */
    protected @Nullable TargetFaults faults() {
        return null;
    }

    /**
     * The classes of a target in this JVM, which a new driver does not load again; public, with the methods that the
     * sink calls. Empty by default, as for a target outside of this JVM.
     */
    protected List<Class<?>> targetClasses() {
        return List.of();
    }

    /** Starts every test with an empty target. */
    @BeforeEach
    public void startEmpty(StreamKit kit) {
        reset();
        scenario = new SinkScenario(kit, promise(), columns(), keys(), this::write, this::target);
    }

    /** Deletes the checkpoint of the test. */
    @AfterEach
    public void end() {
        SinkScenario current = scenario;
        if (current != null) {
            current.close();
        }
    }

    /** Two batches arrive completely. */
    @Test
    public void everyRowArrives() throws Exception {
        batch(scenario().rowsToKeep(1, 20));
        batch(scenario().rowsToKeep(11, 30));
        check("After two batches");
    }

    /** A batch that is rerun does not change the target. */
    @Test
    public void replayedBatchLeavesTheTargetUnchanged() throws Exception {
        batch(rows(1, 20));
        batch(rows(11, 30));
        scenario().rerunLast();
        check("After a rerun of the last batch");
        scenario().rerunLast();
        check("After two reruns of the last batch");
    }

    /** A batch that failed in one partition, when others may have been written, arrives completely when it is rerun. */
    @Test
    public void crashInTheMiddleOfABatchLosesAndDuplicatesNothing() throws Exception {
        batch(rows(1, 10));
        trial().partitions(6);
        scenario().give(rows(5, 64));
        scenario().crashAtRow(60);
        trial().advance();
        check("After a crash in the middle of a batch and a rerun");
    }

    /** The same as {@link #crashInTheMiddleOfABatchLosesAndDuplicatesNothing}, rerun in fewer and more partitions. */
    @Test
    public void anotherPartitioningOnRetryLosesAndDuplicatesNothing() throws Exception {
        scenario().crashAndRerunIn(6, 3, rows(1, 60));
        scenario().crashAndRerunIn(3, 7, rows(31, 90));
    }

    /** The same, rerun with the keys in another order; the rows of a key keep theirs, as in a partition of Kafka. */
    @Test
    public void anotherOrderOnRetryLosesAndDuplicatesNothing() throws Exception {
        trial().partitions(3);
        scenario().give(rows(1, 30));
        scenario().crashAtRow(30);
        scenario().reverseKeys();
        trial().advance();
        check("After a crash in the middle of a batch and a rerun with its keys in another order");
        scenario().give(rows(16, 45));
        scenario().crashBeforeCommit();
        trial().keepOrder();
        trial().partitions(2);
        trial().advance();
        check("After a batch that was written but not committed by Spark, and a rerun with its keys in another order");
    }

    /** A batch that was written but not committed by Spark is rerun in fewer and in more partitions. */
    @Test
    public void crashBeforeSparkCommitsDuplicatesNothing() throws Exception {
        scenario().writeAndRerunIn(3, 1, rows(1, 30));
        scenario().writeAndRerunIn(1, 4, rows(16, 45));
    }

    /** A batch whose connection is lost before or after any of its statements arrives completely when it is rerun. */
    @Test
    public void connectionLostBetweenStatementsLosesAndDuplicatesNothing() throws Exception {
        StatementTrial.of(scenario(), faults()).run(false);
    }

    /** A batch whose driver ends before or after any of its statements arrives completely when it is rerun. */
    @Test
    public void crashBetweenStatementsLosesAndDuplicatesNothing() throws Exception {
        StatementTrial.of(scenario(), faults()).run(true);
    }

    /** A driver that shares no memory with the one before it reruns the batch that was not committed. */
    @Test
    public void newDriverThatSharesNothingKeepsThePromise() throws Exception {
        try (NewDriver first = NewDriver.of(this, targetClasses())) {
            trial().restartWith(first::write);
            scenario().give(rows(1, 10));
            first.checkFirstBatch(trial()::failure, scenario()::isKept);
            scenario().give(rows(6, 15));
            scenario().crashBeforeCommit();
        }
        trial().restartWith(this::write);
        scenario()
                .recover("After a batch that was written but not committed by Spark, in a driver that shares nothing");
        check("After a batch that was written but not committed by Spark, and its rerun by a driver that shares nothing"
                + " with the first");
        batch(rows(11, 20));
        check("After a batch of a driver that shares nothing with the first");
    }

    /** Of rows with the same key in a batch, an upsert keeps the last, an insert the first, and an append all. */
    @Test
    public void repeatedKeyInABatchKeepsThePromise() throws Exception {
        trial().partitions(1);
        List<Row> twice = rows(1, 3);
        twice.addAll(rows(2, 3));
        twice.addAll(rows(3, 3));
        batch(twice);
        check("After a batch with a key more than once");
        scenario().rerunLast();
        check("After a rerun of a batch with a key more than once");
    }

    /** Rows keep their order in a batch: many keys, each as often as the others, in turn. */
    @Test
    public void orderOfTheRowsInABatchIsKept() throws Exception {
        trial().partitions(1);
        for (int batch = 1; batch <= 2; batch++) {
            List<Row> inTurn = new ArrayList<>();
            for (int turn = 0; turn < 5; turn++) {
                inTurn.addAll(rows(1, 40));
            }
            batch(inTurn);
            check("After a batch with 40 keys, five times each in turn");
        }
    }

    /** Rows that are equal in every column are two rows of an append, in one batch and in two. */
    @Test
    public void equalRowsKeepThePromise() throws Exception {
        trial().partitions(1);
        List<Row> rows = rows(1, 3);
        List<Row> twice = new ArrayList<>(rows);
        twice.addAll(rows);
        batch(twice);
        check("After a batch with each row twice");
        batch(rows);
        check("After a batch with the same rows as the batch before");
        scenario().rerunLast();
        check("After a rerun of a batch with the same rows as the batch before");
    }

    /** A sink counts further than to ten, and knows a batch again that ran long ago. */
    @Test
    public void manyBatchesKeepThePromise() throws Exception {
        batch(rows(1, 6));
        SinkTrial.Zombie late = scenario().zombie();
        for (int batch = 2; batch <= MANY_BATCHES; batch++) {
            batch(rows(3L * batch - 2, 3L * batch + 3));
            check("After " + batch + " batches");
        }
        scenario().rerunLast();
        check("After " + MANY_BATCHES + " batches and a rerun of the last");
        late.writeLate();
        check("After " + MANY_BATCHES + " batches, when the first arrived again");
    }

    /** A batch without a row changes nothing, and the next one arrives. */
    @Test
    public void emptyBatchChangesNothing() throws Exception {
        batch(rows(1, 5));
        scenario().emptyBatch();
        check("After an empty batch");
        batch(rows(4, 8));
        check("After the batch that follows an empty one");
    }

    /** A driver that lost its connection in a batch writes that batch after another driver has moved on. */
    @Test
    public void oldEpochThatArrivesLateChangesNothing() throws Exception {
        batch(rows(1, 10));
        batch(rows(6, 15));
        SinkTrial.Zombie late = scenario().zombie();
        batch(rows(8, 20));
        late.writeLate();
        check("After an old batch arrived late, after a newer one");
        batch(rows(1, 3));
        check("After an old batch arrived late, and then a new one");
    }

    /** A row that deletes its key leaves no row of it; a later one writes it again. Only if there is such a column. */
    @Test
    public void deletedKeysAreGoneUntilTheyAreWrittenAgain() throws Exception {
        Assumptions.assumeTrue(
                promise() == Promise.UPSERT && SampleRows.hasDeletes(columns()),
                "columns() has no BOOLEAN \"deleted\", or the promise is not UPSERT: deletes were not tried.");
        trial().partitions(1);
        batch(rows(1, 12));
        batch(List.of(scenario().deletion(2), scenario().deletion(3), scenario().deletion(99)));
        check("After deletes of two keys and of one that was never written");
        scenario().rerunLast();
        check("After deletes and a rerun");
        List<Row> both = rows(3, 4);
        both.add(scenario().deletion(4));
        both.add(scenario().deletion(5));
        both.addAll(rows(5, 5));
        batch(both);
        check("After a batch that writes a key and deletes it, and deletes another and writes it");
    }

    /** Null arrives as null in every column, and in an upsert replaces an earlier value. */
    @Test
    public void nullsArriveAsNulls() throws Exception {
        trial().partitions(1);
        batch(rows(1, 3));
        batch(List.of(scenario().nulls(2, scenario().nullable())));
        check("After a row of nulls");
        batch(List.of(scenario().nulls(50, scenario().nullable())));
        check("After a row of nulls with a new key");
        List<Row> rows = new ArrayList<>();
        for (String column : scenario().nullable()) {
            rows.add(scenario().nulls(1 + rows.size() % 3, List.of(column)));
            rows.add(scenario().nulls(60 + rows.size(), List.of(column)));
        }
        batch(rows);
        check("After rows with NULL in one column each");
        List<Row> again = rows(50, 50);
        again.addAll(rows(60, 60 + rows.size()));
        batch(again);
        check("After rows without NULL for the same keys");
    }

    /** Texts arrive unchanged: short and long, in any script, with quotes and blanks, and "null". */
    @Test
    public void textsArriveUnchanged() {
        values().texts();
    }

    /** Numbers and all other values that are no texts or times arrive unchanged, NaN and the largest among them. */
    @Test
    public void numbersArriveUnchanged() {
        values().numbers();
    }

    /** Times around both clock changes arrive unchanged, in a JVM whose time zone has them. */
    @Test
    public void timesAroundClockChangesArriveUnchanged() {
        values().timesAroundClockChanges();
    }

    /** Times arrive unchanged: with microseconds, long ago and far ahead. */
    @Test
    public void timesOfAllYearsArriveUnchanged() {
        values().timesOfAllYears();
    }

    /** Numbers in keys arrive unchanged: those below zero, and those beyond 2^31 and 2^53. */
    @Test
    public void keysArriveUnchanged() {
        values().keys();
    }

    private ValueTrial values() {
        return new ValueTrial(scenario(), limits());
    }

    /** A large batch arrives completely, and rerun it changes nothing. */
    @Test
    public void batchOf100000RowsArrives() throws Exception {
        trial().compileQueries();
        batch(rows(1, LARGE));
        check("After a batch of 100,000 rows");
        scenario().rerunLast();
        check("After a rerun of a batch of 100,000 rows");
    }

    /** A batch that the target refuses fails, because its rows would be lost if it were committed. */
    @Test
    public void errorOfTheTargetFailsTheBatch() throws Exception {
        batch(rows(1, 5));
        try (AutoCloseable outage = outage()) {
            Assumptions.assumeTrue(
                    outage != null,
                    "outage() is not overridden: the target cannot be made to fail. Rename its table or revoke a"
                            + " right, and return what undoes that.");
            scenario().give(rows(4, 9));
            if (trial().failure() == null) {
                throw new AssertionFailedError("The target refused every write, but the batch was committed: the sink"
                        + " swallowed the error, and the rows of the batch are lost.");
            }
        }
        scenario().recover("After the target refused a batch and then accepted writes");
        check("After the target refused a batch and then accepted its rerun");
    }

    private void batch(List<Row> rows) throws Exception {
        scenario().batch(rows);
    }

    private List<Row> rows(long first, long last) {
        return scenario().rows(first, last);
    }

    private void check(String when) {
        scenario().check(when);
    }

    private SinkTrial trial() {
        return scenario().trial();
    }

    private SinkScenario scenario() {
        SinkScenario current = scenario;
        if (current == null) {
            throw new IllegalStateException("startEmpty(...) has not run.");
        }
        return current;
    }
}
