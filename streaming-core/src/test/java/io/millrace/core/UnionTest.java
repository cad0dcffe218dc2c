package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnionTest {
    @Test
    void rowsAreUnitedByTheNamesOfTheirColumns() {
        Dataset<Row> rows = Spark.sql("SELECT 1 AS n, 'a' AS zip");

        assertThat(Spark.lines(rows.transform(Transforms.union(Spark.sql("SELECT 'b' AS zip, 2 AS n")))))
                .containsExactly("[1,a]", "[2,b]");
    }

    @Test
    void otherColumnsAreRefused() {
        Dataset<Row> rows = Spark.sql("SELECT 1 AS n, 'a' AS zip");

        assertThatThrownBy(() -> rows.transform(Transforms.union(Spark.sql("SELECT 2L AS n, 'x' AS city"))))
                .isInstanceOfSatisfying(
                        ValidationException.class,
                        refused -> assertThat(refused.problems())
                                .extracting(Problem::toString)
                                .containsExactly(
                                        "union(n): the column is int, but bigint in the other rows. Cast one of the two"
                                                + " to the type of the other.",
                                        "union(zip): the other rows have no such column (columns: n, city). Drop it"
                                                + " from the rows before, or add it to the others.",
                                        "union(city): the rows before have no such column (columns: n, zip). Drop it"
                                                + " from the other rows, or add it to these, such as with"
                                                + " withColumn(\"city\", \"CAST(NULL AS STRING)\")."));
        assertThatThrownBy(() -> Spark.rate().transform(Transforms.union(Spark.sql("SELECT 1"))))
                .hasMessageContaining("these rows are a batch, and the ones before are a stream, which Spark does not"
                        + " unite. Read both with spark.readStream(), or both with spark.read().");
    }

    @Test
    void sourcesOfTheSameColumnsAreOneSource(@TempDir Path directory) throws Exception {
        MemoryInput<String> first = Spark.memory(Encoders.STRING());
        MemoryInput<Integer> second = Spark.memory(Encoders.INT());
        Source both = Sources.union(
                Sources.of(first.toDF()), Sources.of(second.toDF()).via(Transforms.cast("value", "string")));
        List<String> found = new CopyOnWriteArrayList<>();
        Sink sink = rows -> rows.writeStream()
                .foreachBatch((VoidFunction2<Dataset<Row>, Long>) (batch, id) -> found.addAll(Spark.lines(batch)));

        StreamingQuery query = Pipeline.named("union")
                .from(both)
                .to(sink)
                .checkpointAt(directory.toString())
                .start(Spark.session());
        Spark.feed(first, List.of("a"));
        Spark.feed(second, List.of(7));
        query.processAllAvailable();
        query.stop();

        assertThat(found).containsExactlyInAnyOrder("[a]", "[7]");
        assertThat(both.describe())
                .isEqualTo("union(rows struct<value:string>; rows struct<value:int>, then cast(value, string))");
    }

    @Test
    void eachMemberIsCheckedAndNamed() {
        Source union = Sources.union(
                Sources.kafka("localhost:9092"),
                Sources.csv("/hits").option("headr", "true"),
                Sources.rate().via(Transforms.select("zip")));

        assertThat(problems(union))
                .containsExactly(
                        "source 1 of the union: topics(nothing): no topic is named. Call topics(\"...\").",
                        "source 2 of the union: schema(nothing): Spark cannot infer the columns of files that do not"
                                + " exist yet. Call schema(...), or take it from spark.read().csv(path).schema().",
                        "source 2 of the union: option(headr): the csv file source has no option of this name and would"
                                + " ignore it. Did you mean header?",
                        "source 3 of the union: select(zip): there is no such column (columns: timestamp, value). Name"
                                + " one of these, or add the column in an earlier step.");
    }

    @Test
    void membersOfOtherColumnsAreRefused() {
        Source rate = Sources.rate();

        assertThat(problems(Sources.union(List.of(rate, rate.via(Transforms.rename("value", "n"))))))
                .containsExactly(
                        "source 2 of the union: union(value): the other rows have no such column (columns: timestamp,"
                                + " n). Drop it from the rows before, or add it to the others.",
                        "source 2 of the union: union(n): the rows before have no such column (columns: timestamp,"
                                + " value). Drop it from the other rows, or add it to these, such as with"
                                + " withColumn(\"n\", \"CAST(NULL AS BIGINT)\").");
        assertThatThrownBy(() -> Sources.union(List.of(rate))).hasMessage("union(): name at least two sources.");
        assertThatThrownBy(() -> Sources.union(Arrays.asList(rate, null)))
                .hasMessage("union(): one of sources is null. Pass a value for each.");
        assertThat(Sources.union(rate, rate)).isEqualTo(Sources.union(List.of(rate, rate)));
    }

    @Test
    void serversAreAskedForEachMember() {
        Source kafka = Sources.kafka("127.0.0.1:1").topics("hits").patience(Duration.ofMillis(200));
        Source member = kafka.via(Transforms.drop("timestampType"));

        assertThatThrownBy(() -> Pipeline.named("hits")
                        .from(Sources.union(member, member))
                        .to(rows -> rows.writeStream().format("noop"))
                        .validate(Spark.session()))
                .hasMessageContaining("source 1 of the union: ")
                .hasMessageContaining("source 2 of the union: ");
    }

    private static List<String> problems(Source source) {
        try {
            source.load(Spark.session());
            return List.of();
        } catch (ValidationException e) {
            return e.problems().stream().map(Problem::toString).toList();
        }
    }

    @Test
    void aWatermarkOnSomeMembersAloneIsRefused() {
        Transform watermark = Transforms.withWatermark("timestamp", Duration.ofMinutes(1));
        Source with = Sources.rate().via(watermark);

        assertThatThrownBy(() -> Sources.union(with, Sources.rate()).load(Spark.session()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Put withWatermark(...) on each of them, or after the union.");
        assertThat(Sources.union(with, with).load(Spark.session()).isStreaming())
                .isTrue();
    }
}
