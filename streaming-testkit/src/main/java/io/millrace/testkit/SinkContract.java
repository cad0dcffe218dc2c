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
 * Proves of a sink that it keeps its promise when batches run again, crash, come late or come otherwise partitioned. A
 * test class of your own extends it and says how to write, how to read the target and how to empty it; the target takes
 * the columns of {@link #COLUMNS}. Sinks in the same JVM share one Spark; tests of one contract share one target and so
 * run one after the other.
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
     * What the sink is given and {@link #target()} returns, in this order: {@code id}, never null; {@code version}, which
     * grows with every row of an id; {@code name}, {@code amount} and {@code seen}, which may be null.
     */
    public static final StructType COLUMNS =
            StructType.fromDDL("id BIGINT, version BIGINT, name STRING, amount DOUBLE, seen TIMESTAMP");

    private static final int LARGE = 100_000;

    private final List<Row> written = new ArrayList<>();
    private @Nullable SinkTrial trial;

    /** What a sink can promise of a batch that may run more than once. */
    public enum Promise {
        /** The target has one row for each id: the one with the greatest version, which is also the last to arrive. */
        UPSERT_BY_ID,
        /** The target has one row for each id: the first to arrive. */
        INSERT_BY_ID,
        /** The target has every row exactly once, those of the same id as well. */
        APPEND_EXACTLY_ONCE
    }

    /** For a subclass. */
    protected SinkContract() {}

    /** The promise that the sink makes. */
    protected abstract Promise promise();

    /** The sink under test on {@code rows}; called once for each driver, so more than once in a test. */
    protected abstract DataStreamWriter<Row> write(Dataset<Row> rows);

    /** All rows that are in the target now, with the columns of {@link #COLUMNS} by position, in any order. */
    protected abstract List<Row> target();

    /** Empties the target, with all that the sink keeps beside it. Called before each test. */
    protected abstract void reset();

    /**
     * Makes the target refuse every write until it is closed: rename the table, take a right away. By default null, and
     * the test of errors is skipped.
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

    /** Forgets the checkpoint of the test. */
    @AfterEach
    public void end() {
        trial().close();
    }

    /** Two batches arrive whole. */
    @Test
    public void everyRowArrives() throws Exception {
        trial().batch(rows(1, 20));
        trial().batch(rows(11, 30));
        check("After two batches");
    }

    /** A batch that runs again leaves the target as it is. */
    @Test
    public void replayedBatchLeavesTheTargetUnchanged() throws Exception {
        trial().batch(rows(1, 20));
        trial().batch(rows(11, 30));
        trial().rerunLast();
        check("After the last batch ran again");
        trial().rerunLast();
        check("After the last batch ran again twice");
    }

    /** A batch of which one partition fails, and others may have been written, arrives whole once it runs again. */
    @Test
    public void crashInTheMiddleOfABatchLosesAndDoublesNothing() throws Exception {
        trial().batch(rows(1, 10));
        trial().partitions(6);
        trial().give(rows(5, 64));
        crash(64);
        trial().advance();
        check("After a crash in the middle of a batch, and the batch run again");
    }

    /** As {@link #crashInTheMiddleOfABatchLosesAndDoublesNothing}, with the rows split otherwise when they come again. */
    @Test
    public void anotherPartitioningOnRetryLosesAndDoublesNothing() throws Exception {
        trial().partitions(6);
        trial().give(rows(1, 60));
        crash(60);
        trial().partitions(3);
        trial().advance();
        check("After a crash in the middle of a batch of 6 partitions, and the batch run again in 3");
    }

    /** A batch that was written whole but not committed by Spark runs again, split otherwise. */
    @Test
    public void crashBeforeSparkCommitsDoublesNothing() throws Exception {
        trial().partitions(3);
        trial().give(rows(1, 30));
        trial().crashBeforeCommit(0);
        trial().partitions(1);
        trial().advance();
        check("After a batch that was written but not committed by Spark, and ran again in 1 partition");
    }

    /** Rows of the same id in one batch: the last one wins an upsert, the first an insert, and an append keeps each. */
    @Test
    public void keyTwiceInABatchKeepsTheLast() throws Exception {
        trial().partitions(1);
        List<Row> twice = rows(1, 3);
        twice.addAll(rows(2, 3));
        twice.addAll(rows(3, 3));
        trial().batch(twice);
        check("After a batch with an id more than once");
        trial().rerunLast();
        check("After a batch with an id more than once ran again");
    }

    /** A batch of which no row reaches the sink changes nothing, and the next one arrives. */
    @Test
    public void emptyBatchChangesNothing() throws Exception {
        trial().batch(rows(1, 5));
        trial().batch(List.of(row(-1, 0)));
        check("After an empty batch");
        trial().batch(rows(4, 8));
        check("After the batch behind an empty one");
    }

    /** A driver that was cut off in a batch writes it after another driver has moved on. */
    @Test
    public void oldEpochComingLateChangesNothing() throws Exception {
        trial().batch(rows(1, 10));
        trial().batch(rows(6, 15));
        SinkTrial.Zombie late = trial().zombie();
        trial().batch(rows(8, 20));
        late.comesLate();
        check("After an old batch came late, behind a newer one");
        trial().batch(rows(1, 3));
        check("After an old batch came late, and a new one behind it");
    }

    /** Null arrives as null, and replaces what is there where a row is upserted, and nothing where it is inserted. */
    @Test
    public void nullsArriveAsNulls() throws Exception {
        trial().batch(rows(1, 3));
        trial().batch(List.of(keep(StreamKit.row(2L, next(), null, null, null))));
        check("After a row of nulls");
    }

    /** A large batch arrives whole, and again whole. */
    @Test
    public void batchOf100000RowsArrives() throws Exception {
        trial().batch(rows(1, LARGE));
        check("After a batch of 100,000 rows");
        trial().rerunLast();
        check("After a batch of 100,000 rows ran again");
    }

    /** While the target refuses writes no batch may be committed, because its rows would be lost. */
    @Test
    public void errorOfTheTargetFailsTheBatch() throws Exception {
        trial().batch(rows(1, 5));
        try (AutoCloseable outage = outage()) {
            Assumptions.assumeTrue(outage != null, "outage() is not overridden: the target cannot be made to fail");
            trial().give(rows(4, 9));
            if (trial().dies() == null) {
                throw new AssertionFailedError(
                        "The target refused every write, and yet the batch was committed: the sink"
                                + " swallowed the error, and the rows of the batch are lost.");
            }
        }
        trial().advance();
        check("After the target refused a batch, and took it when it ran again");
    }

    private void crash(long atId) {
        Exception error = trial().crashAtRow(atId);
        if (error == null) {
            throw new AssertionFailedError(
                    "A row failed before it reached the sink, and yet the batch was committed: the"
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
        Instant seen = Times.parse("00:00").plusSeconds(version);
        return StreamKit.row(id, version, "name " + id + "'s \"" + version + "\"", version / 4.0, seen);
    }
}
