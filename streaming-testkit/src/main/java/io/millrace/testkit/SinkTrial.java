package io.millrace.testkit;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Runs a query into the sink under test, and makes its batches crash, rerun or arrive late. */
final class SinkTrial implements AutoCloseable {
    private final Function<Dataset<Row>, DataStreamWriter<Row>> sink;
    private final SparkSession spark;
    private final Input<Row> input;
    private final CrashPoint crashPoint = new CrashPoint();
    private final Checkpoint checkpoint = new Checkpoint();

    SinkTrial(StreamKit kit, StructType columns, Function<Dataset<Row>, DataStreamWriter<Row>> sink) {
        this.sink = sink;
        this.spark = kit.spark();
        this.input = kit.rows("rows", columns);
    }

    void give(List<Row> rows) {
        input.given().add(input.convert(rows));
    }

    void partitions(int count) {
        input.given().partitions(count);
    }

    /** For a batch that is large enough to repay it. */
    void compileQueries() {
        KitSession.compileQueries(spark);
    }

    /** Runs what is due, as a new driver. */
    void advance() throws Exception {
        advance(checkpoint);
    }

    private void advance(Checkpoint on) throws Exception {
        // A new writer each time: a restarted driver has no memory of the previous one.
        new WriterQuery(() -> sink.apply(rows()), on).advance(true, batch -> {});
    }

    /** The rows given, except those with a negative id, which only make a batch due. */
    private Dataset<Row> rows() {
        Dataset<Row> rows = input.rows().filter("id >= 0");
        // Spark makes an object of each row for a Java filter, so it is in the plan only when it has something to do.
        return crashPoint.isArmed() ? rows.filter(crashPoint) : rows;
    }

    void batch(List<Row> rows) throws Exception {
        give(rows);
        advance();
    }

    /** Runs what is due, with a crash at the row with this id; the error, null if the query did not fail. */
    @Nullable Exception crashAtRow(long id) {
        crashPoint.armAt(id);
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

    /** Runs batch {@code id}, and crashes when the sink has all its rows but Spark has not committed the batch. */
    void crashBeforeCommit(long id) {
        checkpoint.onWrite(failAt("commits/" + id, checkpoint));
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
            past.onWrite(failAt("offsets/" + (batch + 1), past));
            try (past) {
                advance(past);
            } catch (InterruptedException e) {
                throw Causes.interrupted(e);
            } catch (Exception e) {
                // Fenced, or at the end of its batch.
            }
        }
    }

    private static Checkpoint.WriteListener failAt(String file, Checkpoint checkpoint) {
        return new Checkpoint.WriteListener() {
            @Override
            public void beforeWrite(String path) throws IOException {
                if (path.equals(file)) {
                    throw new IOException("crash before " + file + " of " + checkpoint.location());
                }
            }

            @Override
            public void afterWrite(String path) {}
        };
    }
}
