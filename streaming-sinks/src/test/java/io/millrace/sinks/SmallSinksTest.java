package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.add;
import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.lines;
import static io.millrace.sinks.TestStreams.refusals;
import static io.millrace.sinks.TestStreams.run;
import static io.millrace.sinks.TestStreams.session;
import static io.millrace.sinks.TestStreams.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MemoryInput;
import io.millrace.core.PlannedQuery;
import io.millrace.core.internal.WriterSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sinks that pass rows on as they are: memory, foreach, foreachBatch, and a format by its name. */
class SmallSinksTest {
    private final Path directory;

    SmallSinksTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void memoryIsAViewWithTheNameOfTheQuery() throws Exception {
        MemoryInput<String> lines = lines();
        add(lines, "1,94105");
        StreamingQuery query =
                Sinks.memory().write(hits(lines)).queryName("hits").start();
        query.processAllAvailable();
        query.stop();

        assertThat(text(session().table("hits"))).containsExactly("1|94105");
    }

    @Test
    void memoryRefusesANameThatAViewCannotHave() {
        assertThat(refusals(Sinks.memory(), named("zip-traffic")))
                .containsExactly(
                        "named(zip-traffic): the memory sink creates a view with the name of the query, and a view"
                                + " cannot have this name. Name the query with letters, digits and underscores.");
        assertThat(refusals(Sinks.memory(), named("zip.traffic"))).hasSize(1);
        assertThat(refusals(Sinks.memory(), named("zip_traffic"))).isEmpty();
    }

    @Test
    void memoryRefusesToContinueFromACheckpointInAppendMode() throws Exception {
        MemoryInput<String> lines = lines();
        add(lines, "1,94105");
        run(Sinks.format("noop"), hits(lines), directory);

        assertThat(refusals(Sinks.memory(), on(directory, OutputMode.Append())))
                .containsExactly("checkpointAt(" + directory + "): the rows of the memory sink were lost with the JVM,"
                        + " and only complete mode restores them."
                        + " Start without a checkpoint, or with a path that is not used yet.");
        assertThat(refusals(Sinks.memory(), on(directory, OutputMode.Complete())))
                .isEmpty();
    }

    @Test
    void foreachPassesEachRowToTheWriter() throws Exception {
        MemoryInput<String> lines = lines();
        add(lines, "1,94105", "2,10001");
        Notes.clear();

        run(Sinks.foreach(new Notes()), hits(lines), directory);

        assertThat(Notes.ROWS).containsExactlyInAnyOrder("1|94105", "2|10001");
    }

    @Test
    void foreachRefusesAWriterThatCannotBeSerialized() {
        ForeachWriter<Row> writer = new Unsendable();

        assertThatThrownBy(() -> Sinks.foreach(writer))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "foreach(io.millrace.sinks.SmallSinksTest$Unsendable): Spark sends a copy of the writer to each"
                                + " task, and it cannot be serialized (NotSerializableException: java.lang.Thread)."
                                + " Make that field transient and set it in open(...).");
    }

    @Test
    void aWriterByHandIsOpenedAndClosedAsSparkDoes() throws Exception {
        Notes.clear();
        Dataset<Row> rows = session().range(0, 1, 1, 1).selectExpr("id");

        byHand(rows, 7);
        assertThat(Notes.CALLS).containsExactly("open 7", "close null");

        Notes.clear();
        assertThatThrownBy(() -> byHand(rows.selectExpr("'fail' as word"), 8));
        assertThat(Notes.CALLS).containsExactly("open 8", "close IllegalStateException");
    }

    @Test
    void foreachBatchPassesRowsAndBatchId() throws Exception {
        MemoryInput<String> lines = lines();
        List<String> seen = new ArrayList<>();
        add(lines, "1,94105");

        run(Sinks.foreachBatch((rows, id) -> seen.add(id + ": " + text(rows))), hits(lines), directory);

        assertThat(seen).containsExactly("0: [1|94105]");
    }

    /** Spark needs the state of a batch even if the writer does not take its rows. */
    @Test
    void aWriterThatTakesNoRowsLeavesTheStateWhole(@TempDir Path checkpoint) throws Exception {
        MemoryInput<String> lines = TestStreams.lines();
        Dataset<Row> rows = hits(lines).dropDuplicates("id");
        for (int batch = 0; batch < 2; batch++) {
            TestStreams.add(lines, "1,94105");
            rows.writeStream()
                    .foreachBatch(Sinks.foreach(new Closed()).batchesOf(rows))
                    .option("checkpointLocation", checkpoint.toString())
                    .trigger(Trigger.AvailableNow())
                    .start()
                    .awaitTermination();
        }

        assertThat(checkpoint.resolve("state/0/0/2.delta")).exists();
    }

    @Test
    void aFormatIsLookedUpBeforeTheStart() {
        assertThat(refusals(Sinks.format("parket"), hits()))
                .containsExactly("format(parket): this format is not on the class path."
                        + " Check the name, or add the connector's jar to the job.");
        assertThat(refusals(Sinks.format("jdbc"), hits()))
                .containsExactly("format(jdbc): Spark cannot write a stream to it. Write its micro-batches:"
                        + " foreachBatch((rows, batchId) -> rows.write().format(\"jdbc\")...save()).");
        assertThat(refusals(Sinks.format("parquet"), hits()))
                .containsExactly("option(path): files need a directory. Call option(\"path\", ...).");
    }

    /** Spark keeps both in private fields, which move from line to line. */
    @Test
    void theChecksSeeTheFormatAndTheOptionsThatASinkSets() {
        DataStreamWriter<Row> writer =
                Sinks.format("parquet").option("path", "hits").write(hits());

        assertThat(WriterSettings.format(writer)).contains("parquet");
        assertThat(WriterSettings.options(writer)).contains("path");
    }

    @Test
    void theCaseOfAFormatDoesNotCount() {
        assertThat(refusals(Sinks.format("NoOp"), named("hits"))).isEmpty();
    }

    @Test
    void aFormatIsDescribedWithoutSecrets() {
        assertThat(Sinks.format("delta").option("token", "canary").describe())
                .isEqualTo("format delta, options token=***");
    }

    private static void byHand(Dataset<Row> rows, long batchId) throws Exception {
        Sinks.foreach(new Notes()).batchesOf(rows).call(rows, batchId);
    }

    private static PlannedQuery named(String name) {
        return new PlannedQuery(
                name, Optional.of(hits()), OutputMode.Append(), Trigger.ProcessingTime(0), Optional.empty());
    }

    private static PlannedQuery on(Path checkpoint, OutputMode mode) {
        return new PlannedQuery(
                "hits", Optional.of(hits()), mode, Trigger.ProcessingTime(0), Optional.of(checkpoint.toString()));
    }

    private static final class Notes extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;
        private static final List<String> ROWS = Collections.synchronizedList(new ArrayList<>());
        private static final List<String> CALLS = Collections.synchronizedList(new ArrayList<>());

        static void clear() {
            ROWS.clear();
            CALLS.clear();
        }

        @Override
        public boolean open(long partition, long epoch) {
            if (partition == 0) {
                CALLS.add("open " + epoch);
            }
            return true;
        }

        @Override
        public void process(Row row) {
            if ("fail".equals(row.get(0))) {
                throw new IllegalStateException("on purpose");
            }
            ROWS.add(row.mkString("|"));
        }

        @Override
        public void close(@Nullable Throwable fault) {
            CALLS.add("close " + (fault == null ? "null" : fault.getClass().getSimpleName()));
        }
    }

    private static final class Closed extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean open(long partition, long epoch) {
            return false;
        }

        @Override
        public void process(Row row) {
            throw new IllegalStateException("the writer is closed");
        }

        @Override
        public void close(@Nullable Throwable fault) {}
    }

    private static final class Unsendable extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // That it is not serializable is the point.
        private final Thread thread = Thread.currentThread();

        @Override
        public boolean open(long partition, long epoch) {
            return thread.isAlive();
        }

        @Override
        public void process(Row row) {}

        @Override
        public void close(@Nullable Throwable fault) {}
    }
}
