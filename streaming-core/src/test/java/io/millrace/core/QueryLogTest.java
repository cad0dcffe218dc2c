package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.QueryLog;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the log says of a pipeline's query: its start, each micro-batch with rows, and its end. */
@Timeout(20)
class QueryLogTest {
    private final SparkSession spark = Spark.session().newSession();
    private final MemoryInput<Timestamp> hits = new MemoryInput<>(spark, Encoders.TIMESTAMP());
    private final KeptLog starts = KeptLog.of(Pipeline.class);
    private final KeptLog batches = KeptLog.of(QueryLog.class);

    // JUnit sets it.
    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path checkpoint;

    @AfterEach
    void releaseTheLogs() {
        starts.close();
        batches.close();
    }

    @Test
    void eachBatchWithRowsIsALineAndABatchWithoutIsNone() throws Exception {
        StreamingQuery query = pipeline("lines", "noop").start(spark);
        feed(1);
        query.processAllAvailable();
        query.processAllAvailable();
        feed(0);
        query.processAllAvailable();
        feed(2);
        query.processAllAvailable();
        query.stop();

        batches.await(3);
        assertThat(batches.lines.stream().map(QueryLogTest::withoutTime))
                .containsExactly(
                        "INFO Query \"lines\", batch 0: 1 row read, 1 row written in # ms",
                        "INFO Query \"lines\", batch 2: 2 rows read, 2 rows written in # ms",
                        "INFO Query \"lines\" ended.");
    }

    @Test
    void aBatchOfASinkThatDoesNotCountItsRowsIsALineAsWell() throws Exception {
        Sink none = sink("foreachBatch", rows -> rows.writeStream().foreachBatch(QueryLogTest::ignore));
        feed(2);
        Pipeline.named("batches")
                .from(Sources.of(hits.toDF()))
                .to(none)
                .availableNow()
                .start(spark)
                .awaitTermination();

        batches.await(2);
        assertThat(batches.lines.stream().map(QueryLogTest::withoutTime))
                .containsExactly(
                        "INFO Query \"batches\", batch 0: 2 rows read in # ms", "INFO Query \"batches\" ended.");
    }

    @Test
    void aRestartOnACheckpointIsNoWarning() throws Exception {
        Pipeline pipeline =
                pipeline("again", "noop").checkpointAt(checkpoint.toString()).availableNow();
        feed(1);
        pipeline.start(spark).awaitTermination();
        pipeline.start(spark).awaitTermination();

        assertThat(starts.lines)
                .containsExactly(
                        "INFO Query \"again\" starts: rows struct<value:timestamp> -> noop, with a new checkpoint at "
                                + checkpoint,
                        "INFO Query \"again\" continues after batch 0 of its checkpoint at " + checkpoint
                                + ": rows struct<value:timestamp> -> noop");
    }

    @Test
    void queriesThatNoPipelineStartedAreNotLogged() throws Exception {
        SparkSession other = spark.newSession();
        MemoryInput<Timestamp> others = new MemoryInput<>(other, Encoders.TIMESTAMP());
        StreamingQuery own =
                others.toDF().writeStream().queryName("same").format("noop").start();
        StreamingQuery pipelines = pipeline("same", "noop").start(spark);
        Spark.feed(others, List.of(new Timestamp(0)));
        own.processAllAvailable();
        own.stop();
        feed(3);
        pipelines.processAllAvailable();
        pipelines.stop();

        batches.await(2);
        assertThat(batches.lines.stream().map(QueryLogTest::withoutTime))
                .containsExactly(
                        "INFO Query \"same\", batch 0: 3 rows read, 3 rows written in # ms",
                        "INFO Query \"same\" ended.");
        assertThat(spark.streams().listListeners()).as("listeners left behind").isEmpty();
    }

    private Pipeline pipeline(String name, String format) {
        return Pipeline.named(name)
                .from(Sources.of(hits.toDF()))
                .to(sink(format, rows -> rows.writeStream().format(format)));
    }

    private void feed(int rows) {
        Spark.feed(hits, Collections.nCopies(rows, new Timestamp(0)));
    }

    private static Sink sink(String name, Function<Dataset<Row>, DataStreamWriter<Row>> writer) {
        return new Sink() {
            @Override
            public DataStreamWriter<Row> write(Dataset<Row> rows) {
                return writer.apply(rows);
            }

            @Override
            public String describe() {
                return name;
            }
        };
    }

    private static void ignore(Dataset<Row> rows, Long batch) {
        rows.count();
    }

    private static String withoutTime(String line) {
        return line.replaceAll("\\d+ ms", "# ms");
    }
}
