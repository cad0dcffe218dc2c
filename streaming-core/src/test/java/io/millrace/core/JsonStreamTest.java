package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonStreamTest {
    private static final JsonRoute HITS = Transforms.jsonFields("value")
            .string("zip", "$.zip")
            .integer("count", "$.count")
            .route();

    // JUnit sets it.
    @SuppressWarnings("NullAway.Init")
    @TempDir
    private Path directory;

    @Test
    void aStreamContinuesFromItsCheckpointForGoodAndMalformedRows() throws Exception {
        write("1", "{\"zip\":\"9000\",\"count\":1}", "{\"zip\":");
        runBothWays();
        write("2", "{\"zip\":\"9001\",\"count\":2}", "{\"count\":\"x\"}");
        runBothWays();

        assertThat(lines("good")).containsExactly("[9000,1]", "[9001,2]");
        assertThat(lines("malformed"))
                .containsExactly(
                        "[{\"count\":\"x\"},null,null,null,null,null,count is not of type int]",
                        "[{\"zip\":,null,null,null,null,null,malformed JSON at character 7: Unexpected end-of-input"
                                + " within/between Object entries]");
    }

    @Test
    void aContinuousQueryParses() throws Exception {
        Dataset<Row> rows = Spark.session()
                .readStream()
                .format("rate")
                .option("rowsPerSecond", 100)
                .load()
                .select(concat(lit("{\"zip\":\"zip"), col("value"), lit("\"}")).as("value"));

        StreamingQuery query = rows.transform(Transforms.jsonFields("value").string("zip", "$.zip"))
                .writeStream()
                .foreach(new Seen())
                .trigger(Trigger.Continuous("1 second"))
                .option("checkpointLocation", directory.resolve("checkpoint").toString())
                .start();
        try {
            assertThat(Seen.SEVENTH.await(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            query.stop();
        }
    }

    /** Signals to the test, which runs in the same JVM, that the row has arrived. */
    private static final class Seen extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;
        private static final CountDownLatch SEVENTH = new CountDownLatch(1);

        @Override
        public boolean open(long partition, long epoch) {
            return true;
        }

        @Override
        public void process(Row row) {
            if ("zip7".equals(row.getAs("zip"))) {
                SEVENTH.countDown();
            }
        }

        @Override
        public void close(Throwable error) {}
    }

    private void write(String file, String... lines) throws Exception {
        Path input = Files.createDirectories(directory.resolve("input"));
        Files.write(input.resolve(file), List.of(lines));
    }

    private void runBothWays() throws Exception {
        Dataset<Row> rows =
                Spark.session().readStream().text(directory.resolve("input").toString());
        run("good", rows.transform(HITS).drop("value"));
        run("malformed", rows.transform(HITS.malformed()));
    }

    private void run(String way, Dataset<Row> rows) throws Exception {
        rows.writeStream()
                .format("parquet")
                .option("path", directory.resolve(way).toString())
                .option(
                        "checkpointLocation",
                        directory.resolve("checkpoint-" + way).toString())
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();
    }

    private List<String> lines(String way) {
        return Spark.lines(Spark.session().read().parquet(directory.resolve(way).toString()));
    }
}
