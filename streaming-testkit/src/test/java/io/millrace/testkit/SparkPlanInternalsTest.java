package io.millrace.testkit;

import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.session_window;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Runs the part of a plan below its first stateful operator on rows of a test. */
@StreamingTest
class SparkPlanInternalsTest {
    @Test
    void queryWithoutStateHasNoPartBelowIt(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);

        assertThat(before(kit, hits.rows().select("zip"), hits, hit("1", "00:01")))
                .isNull();
    }

    @Test
    void aggregationReceivesTheRowsThatPassAFilter(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> query = hits.rows().filter("zip <> '0'").groupBy("zip").count();

        assertThat(texts(before(kit, query, hits, hit("0", "00:01"), hit("1", "00:02"))))
                .containsExactly("(1, 00:02)");
        assertThat(texts(before(kit, query, hits))).isEmpty();
    }

    @Test
    void firstOfSeveralStatefulOperatorsIsUsed(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> query = hits.rows().dropDuplicates("zip").groupBy("time").count();

        assertThat(texts(before(kit, query, hits, hit("1", "00:01"), hit("1", "00:01"))))
                .hasSize(2);
    }

    @Test
    void windowsAreComputedBelowTheAggregation(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> query = hits.rows()
                .groupBy(window(col("time"), "10 minutes", "5 minutes"))
                .count();

        assertThat(texts(before(kit, query, hits, hit("1", "00:07"))))
                .hasSize(2)
                .anyMatch(text -> text.contains("00:00-00:10"))
                .anyMatch(text -> text.contains("00:05-00:15"));
    }

    @Test
    void otherInputsOfTheQueryAreEmpty(StreamKit kit) {
        Input<Hit> left = kit.input("left", Hit.class);
        Input<Hit> right = kit.input("right", Hit.class);
        Dataset<Row> query = left.rows().union(right.rows()).groupBy("zip").count();

        assertThat(texts(before(kit, query, right, hit("r", "00:01")))).containsExactly("(r, 00:01)");
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
            assertThat(dropped(kit, query, rows, row("1", null), row("2", "00:05")))
                    .isNotNull()
                    .isNotEmpty();
            assertThat(dropped(kit, query, rows, row("2", "00:05"))).isNotNull().isEmpty();
        }
    }

    @Test
    void filterOnTheTimeDropsRowsWithoutOneToo(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, time TIMESTAMP");
        Dataset<Row> query =
                rows.rows().filter("time IS NOT NULL").groupBy("zip").count();

        assertThat(dropped(kit, query, rows, row("1", null), row("2", "00:05"))).hasSize(1);
    }

    @Test
    void filterOnAnotherColumnIsNotThatOfAWindow(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, time TIMESTAMP");
        Dataset<Row> query =
                rows.rows().filter("zip IS NOT NULL").groupBy("zip").count();

        assertThat(SparkPlanInternals.droppedWithoutTime(
                        kit.spark(), query, rows.given(), rows.convert(List.of(row(null, null)))))
                .isNull();
        assertThat(SparkPlanInternals.droppedWithoutTime(kit.spark(), rows.rows(), rows.given(), List.of()))
                .isNull();
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static <T> @Nullable Dataset<Row> before(StreamKit kit, Dataset<Row> query, Input<T> input, T... given) {
        return SparkPlanInternals.beforeState(kit.spark(), query, input.given(), input.convert(List.of(given)));
    }

    private static List<Row> dropped(StreamKit kit, Dataset<Row> query, Input<Row> input, Row... given) {
        List<SparkRowInternals.EncodedRow> rows = input.convert(List.of(given));
        return Objects.requireNonNull(SparkPlanInternals.droppedWithoutTime(kit.spark(), query, input.given(), rows))
                .collectAsList();
    }

    private static List<String> texts(@Nullable Dataset<Row> rows) {
        return Objects.requireNonNull(rows).collectAsList().stream()
                .map(RowText::row)
                .toList();
    }
}
