package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.internal.spark.ScalaCollections;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinTest {
    private static final Dataset<Row> HITS =
            Spark.sql("SELECT * FROM VALUES (1, '9000'), (2, '9001'), (3, NULL) AS hits (n, zip)");
    private static final Dataset<Row> CITIES =
            Spark.sql("SELECT * FROM VALUES ('9000', 'St. Gallen'), (NULL, 'Nowhere') AS cities (zip, city)");

    @Test
    void rowsWithoutOneInTheTableGoOrStay() {
        assertThat(HITS.transform(Transforms.join(CITIES, "zip")).columns()).containsExactly("zip", "n", "city");
        assertThat(Spark.lines(HITS.transform(Transforms.join(CITIES, "zip")))).containsExactly("[9000,1,St. Gallen]");
        assertThat(Spark.lines(HITS.transform(Transforms.leftJoin(CITIES, List.of("zip")))))
                .containsExactly("[9000,1,St. Gallen]", "[9001,2,null]", "[null,3,null]");
        assertThat(Spark.lines(HITS.transform(Transforms.join(spark -> CITIES, "zip"))))
                .isEqualTo(Spark.lines(HITS.transform(Transforms.join(CITIES, "zip"))));
    }

    @Test
    void aTableThatDoesNotFitIsRefused() {
        assertThat(problems(Transforms.join(CITIES, "n")))
                .containsExactly(
                        "join(n): the table has no such column (columns: zip, city). Name one of these, or rename the"
                                + " column of the table.",
                        "join(zip): both the rows and the table have a column of this name, which is not a key. Rename"
                                + " or drop one of them first, or make it a key.");
        assertThat(problems(Transforms.leftJoin(Spark.sql("SELECT 9000 AS zip"), "zip")))
                .containsExactly("leftJoin(zip): the column is string in the rows, but int in the table. Cast one of"
                        + " the two to the type of the other.");
        assertThat(problems(Transforms.join(Spark.rate().selectExpr("string(value) AS zip"), "zip")))
                .containsExactly("join(rows struct<zip:string>): this table is a stream, and each micro-batch is"
                        + " joined with a static table. Read it with spark.read(), or join two streams with Spark's own"
                        + " join in of(...).");
        assertThat(problems(Transforms.join(CITIES, "plz")))
                .containsExactly("join(plz): there is no such column (columns: n, zip). Name one of these, or add the"
                        + " column in an earlier step.");
        assertThatThrownBy(() -> Transforms.join(CITIES))
                .hasMessage("join(table): name at least one column that both have.");
        assertThatThrownBy(() -> HITS.transform(Transforms.join(spark -> null, "zip")))
                .hasMessageContaining("the function that reads the table returned null. Return it.");
    }

    @Test
    void windowsAreJoinedByTheirTimeAndNotByTheirStart(@TempDir Path directory) {
        assertThatThrownBy(() -> days("window_start", directory).validate(Spark.session()))
                .hasMessageContaining("is not supported without a watermark in the join keys")
                .hasMessageContaining("join by the column that has it or bound the time between them in the condition."
                        + " Of windows, the time of withWindowTime() has it, not window_start.")
                .hasMessageNotContaining("Use outputMode");

        assertThat(days("window_time", directory).validate(Spark.session())).isEmpty();
    }

    /** The days of one stream with those of another, by a column of their windows. */
    private static Pipeline days(String column, Path directory) {
        return Pipeline.named("days")
                .from(Sources.of(days()))
                .via(Transforms.of(
                        "joined", rows -> rows.join(days(), ScalaCollections.seq(List.of(column)), "left_outer")))
                .to(rows -> rows.writeStream().format("noop"))
                .outputMode(OutputModes.append())
                .checkpointAt(directory);
    }

    private static Dataset<Row> days() {
        return Spark.rate()
                .transform(Transforms.withWatermark("timestamp", Duration.ofHours(1)))
                .transform(Transforms.windowedCount("timestamp", CalendarWindow.days(ZoneId.of("Europe/Brussels")))
                        .withWindowTime());
    }

    /** What the Javadoc and the guide say about a table of files that changes while the query runs. */
    @Test
    void filesThatAreAddedToTheTableAreSeenByTheNextStart(@TempDir Path directory) throws Exception {
        String table = directory.resolve("cities").toString();
        CITIES.coalesce(1).write().parquet(table);
        MemoryInput<String> zips = Spark.memory(Encoders.STRING());
        Transform joined = Transforms.rename("value", "zip")
                .andThen(Transforms.join(spark -> spark.read().parquet(table), "zip"));
        List<String> found = new ArrayList<>();

        StreamingQuery first = start(zips.toDF().transform(joined), directory, found);
        Spark.feed(zips, List.of("9000"));
        first.processAllAvailable();
        Spark.sql("SELECT '9001' AS zip, 'Wil' AS city").write().mode("append").parquet(table);
        Spark.feed(zips, List.of("9000", "9001"));
        first.processAllAvailable();
        first.stop();
        assertThat(found).containsExactly("[9000,St. Gallen]", "[9000,St. Gallen]");

        StreamingQuery second = start(zips.toDF().transform(joined), directory, found);
        Spark.feed(zips, List.of("9001"));
        second.processAllAvailable();
        second.stop();
        assertThat(found).hasSize(3).endsWith("[9001,Wil]");
    }

    @Test
    void filesThatAreReplacedFailTheNextBatch(@TempDir Path directory) throws Exception {
        String table = directory.resolve("cities").toString();
        CITIES.coalesce(1).write().parquet(table);
        MemoryInput<String> zips = Spark.memory(Encoders.STRING());
        Transform joined = Transforms.rename("value", "zip")
                .andThen(Transforms.join(spark -> spark.read().parquet(table), "zip"));
        List<String> found = new ArrayList<>();
        StreamingQuery query = start(zips.toDF().transform(joined), directory, found);
        Spark.feed(zips, List.of("9000"));
        query.processAllAvailable();

        Spark.sql("SELECT '9000' AS zip, 'Wil' AS city")
                .write()
                .mode("overwrite")
                .parquet(table);
        Spark.feed(zips, List.of("9000"));

        assertThatThrownBy(query::processAllAvailable).hasStackTraceContaining("does not exist");
        StreamingQuery restarted = start(zips.toDF().transform(joined), directory, found);
        restarted.processAllAvailable();
        restarted.stop();
        assertThat(found).containsExactly("[9000,St. Gallen]", "[9000,Wil]");
    }

    @Test
    void aTableInTheCacheStaysAsItWas(@TempDir Path directory) throws Exception {
        String table = directory.resolve("cities").toString();
        CITIES.coalesce(1).write().parquet(table);
        Dataset<Row> cached = Spark.session().read().parquet(table).cache();
        MemoryInput<String> zips = Spark.memory(Encoders.STRING());
        List<String> found = new ArrayList<>();
        StreamingQuery query = start(
                zips.toDF().transform(Transforms.rename("value", "zip")).transform(Transforms.join(cached, "zip")),
                directory,
                found);
        Spark.feed(zips, List.of("9000"));
        query.processAllAvailable();
        for (java.io.File file : new java.io.File(table).listFiles()) {
            assertThat(file.delete()).isTrue();
        }
        Spark.feed(zips, List.of("9000"));
        query.processAllAvailable();
        query.stop();
        cached.unpersist();

        assertThat(found).containsExactly("[9000,St. Gallen]", "[9000,St. Gallen]");
    }

    private static StreamingQuery start(Dataset<Row> rows, Path directory, List<String> found) throws Exception {
        VoidFunction2<Dataset<Row>, Long> collect = (batch, id) -> found.addAll(Spark.lines(batch));
        return rows.writeStream()
                .foreachBatch(collect)
                .option("checkpointLocation", directory.resolve("checkpoint").toString())
                .start();
    }

    private static List<String> problems(Transform step) {
        try {
            HITS.transform(step);
            return List.of();
        } catch (ValidationException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    @Test
    void aTableWithTwoColumnsOfANameIsRefused() {
        Dataset<Row> rows = Spark.sql("SELECT 1 AS id");

        assertThatThrownBy(() -> rows.transform(Transforms.join(Spark.sql("SELECT 1 AS id, 2 AS x, 3 AS x"), "id")))
                .hasMessageContaining("two columns would be named x");
        assertThatThrownBy(() -> rows.transform(Transforms.join(Spark.sql("SELECT 1 AS id"), "id", "ID")))
                .hasMessageContaining("two columns would be named ID");
    }

    @Test
    void aTableThatCannotBeReadIsAProblem() {
        Dataset<Row> rows = Spark.sql("SELECT 1 AS id");

        assertThatThrownBy(() -> rows.transform(Transforms.join(spark -> spark.table("nowhere"), "id")))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("the table cannot be read: ")
                .hasMessageContaining("Change the function that reads it.");
    }
}
