package io.millrace.testkit;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** One query into a sink on trial: it gives batches, and makes them crash, run again or come late. */
final class SinkTrial implements AutoCloseable {
    private final Function<Dataset<Row>, DataStreamWriter<Row>> sink;
    private final Input<Row> input;
    private final CrashPoint crashPoint = new CrashPoint();
    private final Checkpoint checkpoint = new Checkpoint();

    SinkTrial(StreamKit kit, StructType columns, Function<Dataset<Row>, DataStreamWriter<Row>> sink) {
        this.sink = sink;
        this.input = kit.rows("rows", columns);
    }

    void give(List<Row> rows) {
        input.given().add(input.convert(rows));
    }

    void partitions(int count) {
        input.given().partitions(count);
    }

    /** Runs all that is due, as one run of a new driver. */
    void advance() throws Exception {
        advance(checkpoint);
    }

    private void advance(Checkpoint on) throws Exception {
        // A new writer each time: a driver that starts again knows nothing of the one before.
        new WriterQuery(() -> sink.apply(input.rows().filter(crashPoint)), on).advance(true, batch -> {});
    }

    void batch(List<Row> rows) throws Exception {
        give(rows);
        advance();
    }

    /** Runs what is due until the row with this id is reached, and dies there; what it died of, null if it lived. */
    @Nullable Exception crashAtRow(long id) {
        crashPoint.armAt(id);
        Exception error = dies();
        crashPoint.disarm();
        return error;
    }

    /** Runs what is due; what it died of, null if it lived. */
    @Nullable Exception dies() {
        try {
            advance();
            return null;
        } catch (Exception e) {
            return e;
        }
    }

    /** Runs batch {@code id}, which is due, and dies when the sink has all its rows but the batch is not committed. */
    void crashBeforeCommit(long id) {
        checkpoint.onWrite(failAt("commits/" + id, checkpoint));
        dies();
        checkpoint.onWrite(null);
    }

    /** Runs the last batch once more. */
    void rerunLast() throws Exception {
        checkpoint.uncommitFrom(checkpoint.lastBatch().orElseThrow());
        advance();
    }

    /** What a driver would know that was cut off in the last batch, and does not know that another took over. */
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

    /** A driver of the past. */
    final class Zombie {
        private final long batch;
        private final Checkpoint past;

        Zombie(long batch, Checkpoint past) {
            this.batch = batch;
            this.past = past;
        }

        /** Writes its batch, late, and ends; an error of the sink is as good an answer as any. */
        void comesLate() {
            past.onWrite(failAt("offsets/" + (batch + 1), past));
            try (past) {
                advance(past);
            } catch (Exception e) {
                // Fenced off, or at the end of its batch.
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
