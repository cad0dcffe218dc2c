package io.millrace.testkit;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

/**
 * Proves that a sink keeps its promise when batches are rerun, crash, arrive late or are partitioned differently.
 * Extend it with a test class that writes to the sink, reads its target and empties it; the target has the columns of
 * {@link #COLUMNS}. All sinks in a JVM share one Spark. The tests of one class share one target and run one at a time.
 *
 * <pre>{@code
 * class OrdersSinkTest extends SinkContract {
 *     protected Promise promise() { return Promise.UPSERT_BY_ID; }
 *     protected DataStreamWriter<Row> write(Dataset<Row> rows) { return sink.write(rows); }
 *     protected List<Row> target() { return select("SELECT id, version, name, amount, seen FROM orders"); }
 *     protected void reset() { execute("TRUNCATE orders"); }
 * }
 * }</pre>
 */
@StreamingTest(partitions = 2)
public abstract class SinkContract {
    /**
     * The columns that the sink gets and that {@link #target()} returns, in this order: {@code id}, never null;
     * {@code version}, which grows with every row; {@code name}, {@code amount} and {@code seen}, which may be null.
     */
    public static final StructType COLUMNS =
            StructType.fromDDL("id BIGINT, version BIGINT, name STRING, amount DOUBLE, seen TIMESTAMP");

    private static final int LARGE = 100_000;
    private static final Instant MIDNIGHT = Times.parse("00:00");

    private final List<Row> written = new ArrayList<>();
    private @Nullable SinkTrial trial;

    /** The promise of a sink about batches that may run more than once. */
    public enum Promise {
        /** The target has one row for each id: the one with the highest version, which is also the last to arrive. */
        UPSERT_BY_ID,
        /** The target has one row for each id: the first to arrive. */
        INSERT_BY_ID,
        /** The target has every row exactly once, including rows with the same id. */
        APPEND_EXACTLY_ONCE
    }

    /** For a subclass. */
    protected SinkContract() {}

    /** The promise that the sink makes. */
    protected abstract Promise promise();

    /** The sink under test on {@code rows}. Called once for each driver, so more than once in a test. */
    protected abstract DataStreamWriter<Row> write(Dataset<Row> rows);

    /** All rows now in the target, with the columns of {@link #COLUMNS} by position, in any order. */
    protected abstract List<Row> target();

    /** Empties the target and everything else that the sink keeps. Called before each test. */
    protected abstract void reset();

    /**
     * Makes the target refuse every write until the result is closed: for example, renames the table or revokes a
     * right. Null by default, which skips the test of errors.
     */
    protected @Nullable AutoCloseable outage() {
        return null;
    }

    /** Starts every test with an empty target. */
    @BeforeEach
    public void startEmpty(StreamKit kit) {
        written.clear();
        reset();
        trial = new SinkTrial(kit, COLUMNS, this::write);
    }

    /** Deletes the checkpoint of the test. */
    @AfterEach
    public void end() {
        trial().close();
    }

    /** Two batches arrive completely. */
    @Test
    public void everyRowArrives() throws Exception {
        trial().batch(rows(1, 20));
        trial().batch(rows(11, 30));
        check("After two batches");
    }

    /** A batch that is rerun does not change the target. */
    @Test
    public void replayedBatchLeavesTheTargetUnchanged() throws Exception {
        trial().batch(rows(1, 20));
        trial().batch(rows(11, 30));
        trial().rerunLast();
        check("After a rerun of the last batch");
        trial().rerunLast();
        check("After two reruns of the last batch");
    }

    /** A batch that failed in one partition, when others may have been written, arrives completely when it is rerun. */
    @Test
    public void crashInTheMiddleOfABatchLosesAndDuplicatesNothing() throws Exception {
        trial().batch(rows(1, 10));
        trial().partitions(6);
        trial().give(rows(5, 64));
        crash(64);
        trial().advance();
        check("After a crash in the middle of a batch and a rerun");
    }

    /** The same as {@link #crashInTheMiddleOfABatchLosesAndDuplicatesNothing}, rerun in other partitions. */
    @Test
    public void anotherPartitioningOnRetryLosesAndDuplicatesNothing() throws Exception {
        trial().partitions(6);
        trial().give(rows(1, 60));
        crash(60);
        trial().partitions(3);
        trial().advance();
        check("After a crash in the middle of a batch of 6 partitions and a rerun in 3");
    }

    /** A batch that was written but not committed by Spark is rerun in other partitions. */
    @Test
    public void crashBeforeSparkCommitsDuplicatesNothing() throws Exception {
        trial().partitions(3);
        trial().give(rows(1, 30));
        trial().crashBeforeCommit(0);
        trial().partitions(1);
        trial().advance();
        check("After a batch that was written but not committed by Spark, and its rerun in 1 partition");
    }

    /** Of rows with the same id in a batch, an upsert keeps the last, an insert the first, and an append all. */
    @Test
    public void repeatedKeyInABatchKeepsThePromise() throws Exception {
        trial().partitions(1);
        List<Row> twice = rows(1, 3);
        twice.addAll(rows(2, 3));
        twice.addAll(rows(3, 3));
        trial().batch(twice);
        check("After a batch with an id more than once");
        trial().rerunLast();
        check("After a rerun of a batch with an id more than once");
    }

    /** A batch without a row for the sink changes nothing, and the next one arrives. */
    @Test
    public void emptyBatchChangesNothing() throws Exception {
        trial().batch(rows(1, 5));
        trial().batch(List.of(row(-1, 0)));
        check("After an empty batch");
        trial().batch(rows(4, 8));
        check("After the batch that follows an empty one");
    }

    /** A driver that lost its connection in a batch writes that batch after another driver has moved on. */
    @Test
    public void oldEpochThatArrivesLateChangesNothing() throws Exception {
        trial().batch(rows(1, 10));
        trial().batch(rows(6, 15));
        SinkTrial.Zombie late = trial().zombie();
        trial().batch(rows(8, 20));
        late.writeLate();
        check("After an old batch arrived late, after a newer one");
        trial().batch(rows(1, 3));
        check("After an old batch arrived late, and then a new one");
    }

    /** Null arrives as null, and in an upsert replaces an earlier value. */
    @Test
    public void nullsArriveAsNulls() throws Exception {
        trial().batch(rows(1, 3));
        trial().batch(List.of(keep(StreamKit.row(2L, next(), null, null, null))));
        check("After a row of nulls");
    }

    /** A large batch arrives completely, and rerun it changes nothing. */
    @Test
    public void batchOf100000RowsArrives() throws Exception {
        trial().compileQueries();
        trial().batch(rows(1, LARGE));
        check("After a batch of 100,000 rows");
        trial().rerunLast();
        check("After a rerun of a batch of 100,000 rows");
    }

    /** A batch that the target refuses fails, because its rows would be lost if it were committed. */
    @Test
    public void errorOfTheTargetFailsTheBatch() throws Exception {
        trial().batch(rows(1, 5));
        try (AutoCloseable outage = outage()) {
            Assumptions.assumeTrue(outage != null, "outage() is not overridden: the target cannot be made to fail");
            trial().give(rows(4, 9));
            if (trial().failure() == null) {
                throw new AssertionFailedError("The target refused every write, but the batch was committed: the sink"
                        + " swallowed the error, and the rows of the batch are lost.");
            }
        }
        trial().advance();
        check("After the target refused a batch and then accepted its rerun");
    }

    private void crash(long atId) {
        Exception error = trial().crashAtRow(atId);
        if (error == null) {
            throw new AssertionFailedError("A row failed before it reached the sink, but the batch was committed: the"
                    + " sink swallowed the error, and the rows of the batch are lost.");
        }
        if (!Causes.mention(error, CrashPoint.MESSAGE)) {
            throw new AssertionFailedError(
                    "The sink failed before the batch could crash: " + Causes.messages(error), error);
        }
    }

    private void check(String when) {
        List<Row> actual =
                target().stream().map(row -> Values.row(row, COLUMNS)).toList();
        new RowDiff(COLUMNS, Map.of(), List.of("id"))
                .unordered(expected(), actual)
                .ifPresent(difference -> {
                    throw new AssertionFailedError(
                            when + ", the target breaks the promise " + promise() + ": " + difference);
                });
    }

    private List<Row> expected() {
        List<Row> arrived =
                written.stream().map(row -> Values.row(row, COLUMNS)).toList();
        if (promise() == Promise.APPEND_EXACTLY_ONCE) {
            return arrived;
        }
        Map<Object, Row> byId = new LinkedHashMap<>();
        arrived.forEach(row -> byId.merge(
                row.get(0), row, promise() == Promise.INSERT_BY_ID ? (first, more) -> first : (old, last) -> last));
        return List.copyOf(byId.values());
    }

    private SinkTrial trial() {
        SinkTrial current = trial;
        if (current == null) {
            throw new IllegalStateException("startEmpty(...) has not run.");
        }
        return current;
    }

    /** New rows with the ids from {@code first} to {@code last}, which the target is expected to have from now on. */
    private List<Row> rows(long first, long last) {
        List<Row> rows = new ArrayList<>();
        LongStream.rangeClosed(first, last).forEach(id -> rows.add(keep(row(id, next()))));
        return rows;
    }

    private Row keep(Row row) {
        written.add(row);
        return row;
    }

    private long next() {
        return written.size() + 1L;
    }

    private static Row row(long id, long version) {
        Instant seen = MIDNIGHT.plusSeconds(version);
        return StreamKit.row(id, version, "name " + id + "'s \"" + version + "\"", version / 4.0, seen);
    }
}
