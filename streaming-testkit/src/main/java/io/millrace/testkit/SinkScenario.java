package io.millrace.testkit;

import io.millrace.testkit.SinkContract.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** The batches of one test of a {@link SinkContract}, and what its target has to hold after them. */
final class SinkScenario implements AutoCloseable {
    private static final int MOST_RERUNS = 3;
    private static final long FIRST_OF_VALUES = 1_000;

    private final Promise promise;
    private final StructType columns;
    private final List<String> keys;
    private final Supplier<List<Row>> target;
    private final SinkTrial trial;
    private final SampleRows samples;
    private final PromisedRows promised;
    private long version;

    SinkScenario(
            StreamKit kit,
            Promise promise,
            StructType columns,
            List<String> keys,
            Function<Dataset<Row>, DataStreamWriter<Row>> sink,
            Supplier<List<Row>> target) {
        this.promise = promise;
        this.columns = columns;
        this.keys = keys;
        this.target = target;
        this.samples = new SampleRows(columns, keys, promise == Promise.UPSERT);
        this.promised = new PromisedRows(promise, columns, keys);
        this.trial = new SinkTrial(kit, columns, sink);
    }

    SinkTrial trial() {
        return trial;
    }

    /** New rows with the keys from {@code first} to {@code last}. */
    List<Row> rows(long first, long last) {
        List<Row> rows = new ArrayList<>();
        LongStream.rangeClosed(first, last).forEach(key -> rows.add(samples.row(key, ++version)));
        return rows;
    }

    Row deletion(long key) {
        return samples.deletion(key, ++version);
    }

    List<String> nullable() {
        return samples.nullable();
    }

    /** The same, none of which deletes its key. */
    List<Row> rowsToKeep(long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(key -> samples.row(key, ++version, Map.of(SampleRows.DELETED, false)))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    StructField[] fields() {
        return columns.fields();
    }

    boolean isKey(StructField field) {
        return keys.contains(field.name());
    }

    /** A row with NULL in {@code names}. */
    Row nulls(long key, List<String> names) {
        Map<String, @Nullable Object> nulls = new HashMap<>();
        names.forEach(name -> nulls.put(name, null));
        return samples.row(key, ++version, nulls);
    }

    /** A batch with a new key for each of {@code values}, of which nobody knows whether the sink can write them. */
    void batchOf(String what, List<Map<String, @Nullable Object>> values, String hint) {
        if (values.isEmpty()) {
            return;
        }
        List<Row> rows = new ArrayList<>();
        values.forEach(others -> rows.add(samples.row(FIRST_OF_VALUES + ++version, version, others)));
        trial.partitions(1);
        give(rows);
        Exception error = trial.failure();
        if (error != null) {
            throw new AssertionFailedError(
                    "The sink failed in a batch with " + what + ": " + Causes.messages(error) + hint, error);
        }
        check("After a batch with " + what, hint);
    }

    void give(List<Row> rows) {
        promised.startBatch(rows);
        trial.give(rows);
    }

    void batch(List<Row> rows) throws Exception {
        give(rows);
        trial.advance();
    }

    void emptyBatch() throws Exception {
        promised.startBatch(List.of());
        trial.giveNothing();
        trial.advance();
    }

    void rerunLast() throws Exception {
        promised.rerunLast();
        trial.rerunLast();
    }

    /** Crashes in the batch that was given, at its last row. */
    void crashAtRow(int number) {
        promised.rerunLast();
        Exception error = trial.crashAtRow(number);
        if (error == null) {
            throw new AssertionFailedError("A row failed before it reached the sink, but the batch was committed: the"
                    + " sink swallowed the error, and the rows of the batch are lost.");
        }
        if (!Causes.mention(error, CrashPoint.MESSAGE)) {
            throw new AssertionFailedError(
                    "The sink failed before the batch could crash: " + Causes.messages(error), error);
        }
    }

    /** Reads the keys of a batch in another order from now on. */
    void reverseKeys() {
        trial.reverseKeys(keys);
    }

    void crashAndRerunIn(int partitions, int others, List<Row> rows) throws Exception {
        trial.partitions(partitions);
        give(rows);
        crashAtRow(rows.size());
        trial.partitions(others);
        trial.advance();
        check("After a crash in the middle of a batch of " + partitions + " partitions and a rerun in " + others);
    }

    void writeAndRerunIn(int partitions, int others, List<Row> rows) throws Exception {
        trial.partitions(partitions);
        give(rows);
        crashBeforeCommit();
        trial.partitions(others);
        trial.advance();
        check("After a batch that was written but not committed by Spark, and its rerun in "
                + Expectations.count(others, "partition", "partitions"));
    }

    void crashBeforeCommit() {
        promised.rerunLast();
        trial.crashBeforeCommit();
    }

    /** A driver that writes the last batch late. */
    SinkTrial.Zombie zombie() {
        promised.rerunLast();
        return trial.zombie();
    }

    /** Runs the batch that a fault has interrupted, as often as a driver whose connections are broken may need it. */
    void recover(String when) {
        promised.rerunLast();
        Exception error = trial.failure();
        for (int rerun = 1; error != null && rerun < MOST_RERUNS; rerun++) {
            error = trial.failure();
        }
        if (error != null) {
            throw new AssertionFailedError(
                    when + ", the batch failed in each of " + MOST_RERUNS + " reruns: " + Causes.messages(error),
                    error);
        }
    }

    void check(String when) {
        check(when, "");
    }

    private void check(String when, String hint) {
        difference(when).ifPresent(difference -> {
            throw new AssertionFailedError(
                    when + ", the target breaks the promise " + promise + ": " + difference + hint);
        });
    }

    private Optional<String> difference(String when) {
        try {
            return promised.difference(target.get());
        } catch (IllegalArgumentException e) {
            throw new AssertionFailedError(
                    when + ", target() returns a row that does not fit columns(). " + e.getMessage(), e);
        }
    }

    boolean isKept() {
        return difference("After the first batch").isEmpty();
    }

    @Override
    public void close() {
        trial.close();
    }
}
