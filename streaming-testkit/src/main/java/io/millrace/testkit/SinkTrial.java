package io.millrace.testkit;

import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Runs a query into the sink under test, and makes its batches crash, rerun or arrive late. */
final class SinkTrial implements AutoCloseable {
    private final SparkSession spark;
    private final Input<Row> input;
    private final StructType columns;
    private final CrashPoint crashPoint = new CrashPoint();
    private final Checkpoint checkpoint = new Checkpoint();
    private Function<Dataset<Row>, DataStreamWriter<Row>> sink;

    SinkTrial(StreamKit kit, StructType columns, Function<Dataset<Row>, DataStreamWriter<Row>> sink) {
        this.sink = sink;
        this.spark = kit.spark();
        this.columns = columns;
        this.input = kit.rows("rows", columns);
    }

    void give(List<Row> rows) {
        input.given().add(input.convert("given", rows));
    }

    /** Makes a batch without a row due. */
    void giveNothing() {
        input.given().nudge();
    }

    void partitions(int count) {
        input.given().partitions(count);
    }

    /** Reads the keys of a batch in another order from now on; rows of the same key keep theirs. */
    void reverseKeys(List<String> keys) {
        int[] ordinals = keys.stream().mapToInt(columns::fieldIndex).toArray();
        input.given().order(rows -> {
            Map<List<@Nullable Object>, List<EncodedRow>> byKey = new LinkedHashMap<>();
            rows.forEach(row -> byKey.computeIfAbsent(key(row, ordinals), key -> new ArrayList<>())
                    .add(row));
            List<List<EncodedRow>> groups = new ArrayList<>(byKey.values());
            Collections.reverse(groups);
            return groups.stream().flatMap(List::stream).toList();
        });
    }

    /** Reads batches in the order in which they were given again. */
    void keepOrder() {
        input.given().order(UnaryOperator.identity());
    }

    private List<@Nullable Object> key(EncodedRow row, int[] ordinals) {
        List<@Nullable Object> key = new ArrayList<>();
        for (int ordinal : ordinals) {
            key.add(row.value(ordinal, columns.fields()[ordinal].dataType()));
        }
        return key;
    }

    /** For a batch that is large enough to repay it. */
    void compileQueries() {
        KitSession.compileQueries(spark);
    }

    /** Starts the sink by another function from now on. */
    void restartWith(Function<Dataset<Row>, DataStreamWriter<Row>> other) {
        sink = other;
    }

    /** Runs what is due, as a new driver. */
    void advance() throws Exception {
        advance(checkpoint);
    }

    private void advance(Checkpoint on) throws Exception {
        // A new writer each time: a restarted driver has no memory of the previous one.
        new WriterQuery(WriterQuery.of(sink.apply(rows())), on, mode -> {}).advance(true, batch -> {});
    }

    private Dataset<Row> rows() {
        Dataset<Row> rows = input.rows();
        // Spark makes an object of each row for a Java filter, so it is in the plan only when it has something to do.
        return crashPoint.isArmed() ? rows.filter(crashPoint) : rows;
    }

    /** Runs what is due, with a crash at the row of this number; the error, null if the query did not fail. */
    @Nullable Exception crashAtRow(long number) {
        crashPoint.armAt(number);
        Exception error = failure();
        crashPoint.disarm();
        return error;
    }

    /** Runs what is due; the error, null if the query did not fail. */
    @Nullable Exception failure() {
        try {
            advance();
            return null;
        } catch (InterruptedException e) {
            throw Causes.interrupted(e);
        } catch (Exception e) {
            return e;
        }
    }

    /** Runs what is due until it has ended, or {@code faults} have struck: then stops the driver, as in a crash. */
    void crashAt(TargetFaults faults) {
        checkpoint.onWrite(new RefusedWrite(path -> faults.hasStruck(), "after the crash"));
        CrashingDriver.run(spark, location -> WriterQuery.of(sink.apply(rows())).on(location), checkpoint, faults);
        checkpoint.onWrite(null);
    }

    /** Runs what is due, and crashes when the sink has all rows of a batch but Spark has not committed it. */
    void crashBeforeCommit() {
        checkpoint.onWrite(new RefusedWrite(path -> path.startsWith("commits/"), "before the commit"));
        failure();
        checkpoint.onWrite(null);
    }

    /** Reruns the last batch. */
    void rerunLast() throws Exception {
        checkpoint.uncommitFrom(checkpoint.lastBatch().orElseThrow());
        advance();
    }

    /** A driver that was cut off in the last batch, and does not know that another has replaced it. */
    Zombie zombie() {
        long batch = checkpoint.lastBatch().orElseThrow();
        Checkpoint copy = checkpoint.copy();
        copy.uncommitFrom(batch);
        return new Zombie(batch, copy);
    }

    @Override
    public void close() {
        checkpoint.close();
    }

    /** A driver that has been replaced. */
    final class Zombie {
        private final long batch;
        private final Checkpoint past;

        Zombie(long batch, Checkpoint past) {
            this.batch = batch;
            this.past = past;
        }

        /** Writes its batch and ends. The sink may refuse it with an error. */
        void writeLate() {
            past.onWrite(new RefusedWrite(path -> path.equals("offsets/" + (batch + 1)), "after its batch"));
            try (past) {
                advance(past);
            } catch (InterruptedException e) {
                throw Causes.interrupted(e);
            } catch (Exception e) {
                // Fenced, or at the end of its batch.
            }
        }
    }

    /** Ends a driver at some of its writes. */
    private record RefusedWrite(Predicate<String> refused, String when) implements Checkpoint.WriteListener {
        @Override
        public void beforeWrite(String path) throws IOException {
            if (refused.test(path)) {
                throw new IOException("crash " + when + " at " + path);
            }
        }

        @Override
        public void afterWrite(String path) {}
    }
}
