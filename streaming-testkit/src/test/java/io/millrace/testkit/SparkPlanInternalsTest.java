package io.millrace.testkit;

import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.session_window;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.SparkStateInternals.Kind;
import io.millrace.testkit.SparkTraceInternals.GivenRow;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.function.FilterFunction;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Runs the part of a plan below its first stateful operator on rows of a test. */
@StreamingTest
class SparkPlanInternalsTest {
    @Test
    void queryWithoutStateHasNoOperatorOfIt(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);

        assertThat(SparkStateInternals.of(hits.rows().select("zip"))).isEmpty();
    }

    @Test
    void aggregationReceivesTheRowsThatPassAFilter(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> query = hits.rows().filter("zip <> '0'").groupBy("zip").count();

        assertThat(before(kit, query, hits, hit("0", "00:01"), hit("1", "00:02")))
                .containsExactly(1);
        assertThat(before(kit, query, hits)).isEmpty();
    }

    @Test
    void firstOfSeveralStatefulOperatorsIsUsed(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> query = hits.rows().dropDuplicates("zip").groupBy("time").count();

        assertThat(SparkStateInternals.of(query).orElseThrow().kind()).isEqualTo(Kind.DEDUPLICATION);
        assertThat(before(kit, query, hits, hit("1", "00:01"), hit("1", "00:01")))
                .hasSize(2);
    }

    @Test
    void rowsAreToldApartThroughWindowsUnionsSplitsAndNames(StreamKit kit) {
        Input<Row> left = kit.rows("left", "zips ARRAY<STRING>, time TIMESTAMP");
        Dataset<Row> part = left.rows()
                .selectExpr("explode(zips) AS zip", "time AS seen")
                .unionByName(left.rows().selectExpr("time AS seen", "'x' AS zip"))
                .as("hits")
                .filter("hits.zip <> '0'")
                .groupBy(window(col("hits.seen"), "10 minutes", "5 minutes"))
                .count();

        assertThat(before(
                        kit, part, left, row(List.of("1"), "00:07"), row(List.of("0"), null), row(List.of(), "00:09")))
                .containsExactly(0, 2);
    }

    @Test
    void rowsThatAFunctionMapsAreToldApartOneByOne(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        FilterFunction<String> isOne = "1"::equals;
        Dataset<Row> query = hits.rows()
                .select("zip")
                .as(Encoders.STRING())
                .filter(isOne)
                .map((MapFunction<String, String>) zip -> zip + "!", Encoders.STRING())
                .groupBy("value")
                .count();

        assertThat(before(kit, query, hits, hit("0", "00:01"), hit("1", "00:02")))
                .containsExactly(1);
    }

    @Test
    void otherInputsOfTheQueryAreEmpty(StreamKit kit) {
        Input<Hit> left = kit.input("left", Hit.class);
        Input<Hit> right = kit.input("right", Hit.class);
        Dataset<Row> query = left.rows().union(right.rows()).groupBy("zip").count();

        assertThat(before(kit, query, right, hit("r", "00:01"))).containsExactly(0);
    }

    @Test
    void queryIsUnchanged(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> query = hits.rows().groupBy("zip").count();
        String plan = query.queryExecution().analyzed().toString();

        before(kit, query, hits, hit("1", "00:01"));

        assertThat(query.queryExecution().analyzed()).hasToString(plan);
        assertThat(query.isStreaming()).isTrue();
    }

    @Test
    void rowsWithoutATimeAreThoseThatAWindowDrops(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, time TIMESTAMP");
        for (Dataset<Row> query : List.of(
                rows.rows().groupBy(window(col("time"), "10 minutes")).count(),
                rows.rows()
                        .groupBy(window(col("time"), "10 minutes", "4 minutes"))
                        .count(),
                rows.rows().groupBy(session_window(col("time"), "10 minutes")).count())) {
            assertThat(dropped(query, rows, row("1", null), row("2", "00:05"))).containsExactly(0);
            assertThat(dropped(query, rows, row("2", "00:05"))).isEmpty();
        }
    }

    @Test
    void filterOnTheTimeDropsRowsWithoutOneToo(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, time TIMESTAMP");
        Dataset<Row> query =
                rows.rows().filter("time IS NOT NULL").groupBy("zip").count();

        assertThat(dropped(query, rows, row("1", null), row("2", "00:05"))).containsExactly(0);
    }

    @Test
    void filterOnAnotherColumnIsNotThatOfAWindow(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, time TIMESTAMP");
        Dataset<Row> query =
                rows.rows().filter("zip IS NOT NULL").groupBy("zip").count();

        assertThat(dropped(query, rows, row(null, null))).isEmpty();
        assertThat(dropped(rows.rows(), rows, row(null, null))).isEmpty();
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static <T> List<Integer> before(StreamKit kit, Dataset<Row> query, Input<T> input, T... given) {
        return SparkStateInternals.of(query)
                .orElseThrow()
                .sides()
                .get(0)
                .reaching(kit.spark(), rows(input, given))
                .stream()
                .sorted()
                .toList();
    }

    private static Set<Integer> dropped(Dataset<Row> query, Input<Row> input, Row... given) {
        return SparkPlanInternals.withoutTime(query, rows(input, given));
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static <T> List<GivenRow> rows(Input<T> input, T... given) {
        return input.convert("given", List.of(given)).stream()
                .map(row -> new GivenRow(input.given(), row))
                .toList();
    }
}
