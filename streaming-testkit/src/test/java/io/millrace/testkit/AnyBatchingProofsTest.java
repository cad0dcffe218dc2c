package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.current_timestamp;
import static org.apache.spark.sql.functions.first;
import static org.apache.spark.sql.functions.rand;
import static org.apache.spark.sql.functions.spark_partition_id;
import static org.apache.spark.sql.functions.struct;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.api.java.function.MapGroupsWithStateFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.GroupStateTimeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code anyBatching} varies, what it finds, and when it says that it proves nothing. */
@StreamingTest
class AnyBatchingProofsTest {
    private final Row[] twelve = IntStream.range(0, 12)
            .mapToObj(value -> row(value % 2 == 0 ? "a" : "b", value))
            .toArray(Row[]::new);

    @Test
    void cutsVaryBatchesOrderPartitionsShufflesAndRestarts(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, value INT");
        BatchCut whole = BatchCut.whole(Map.of(rows, rows.convert("given", List.of(twelve))));
        Random random = new Random(1);
        Set<BatchCut> cuts =
                IntStream.range(0, 100).mapToObj(cut -> whole.random(random)).collect(Collectors.toSet());

        assertThat(cuts).extracting(BatchCut::partitions).contains(1, 2, 3);
        assertThat(cuts).extracting(BatchCut::shufflePartitions).contains(1, 2, 3);
        assertThat(cuts).anyMatch(cut -> cut.batches().size() == 1);
        assertThat(cuts).anyMatch(cut -> cut.batches().size() > 12);
        assertThat(cuts).anyMatch(cut -> !cut.restarts().isEmpty());
        assertThat(cuts)
                .anyMatch(cut -> !cut.whole().batches().equals(cut.batches())
                        && cut.batches().size() == 1);
        assertThat(cuts).allMatch(cut -> cut.whole().equals(whole));
    }

    @Test
    void resultThatDependsOnTheOrderWithinABatchIsFound(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, value INT");
        AnyBatching trial = kit.anyBatching().seed(1).given(rows, row("a", 1), row("a", 2));

        assertThat(failureOf(() -> trial.check(
                        all -> all.of(rows).groupBy("zip").agg(first("value").as("v")), complete())))
                .isEqualTo("""
                        The result depends on how the rows are cut into batches (seed 1). \
                        The smallest cut that differs has 1 batch, read in 1 partition:
                          batch 0  rows (a, 2)
                          batch 0  rows (a, 1)

                        Compared with the same query on all rows in one batch, 1 row differs

                                    zip  v
                          expected  a    *1*
                          was       a    *2*
                        """);
    }

    @Test
    void sumThatDependsOnItsOrderIsFoundWhateverTheSeed(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, x DOUBLE");

        assertThat(failureOf(() -> kit.anyBatching()
                        .cuts(1)
                        .given(rows, row("a", 0.1), row("a", 0.2), row("a", 0.2), row("a", 0.3))
                        .check(all -> all.of(rows).groupBy("zip").sum("x"), complete())))
                .endsWith("""
                        Compared with the same query on all rows in one batch, 1 row differs

                                    zip  sum(x)
                          expected  a    *0.6000000000000001*
                          was       a    *0.6*
                        """);
    }

    @Test
    void resultThatDependsOnTheShufflePartitionsIsFound(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, value INT");
        AnyBatching trial = kit.anyBatching().seed(1).given(rows, twelve);

        assertThat(failureOf(() -> trial.check(
                        all -> all.of(rows)
                                .groupBy("zip")
                                .count()
                                .select(spark_partition_id().as("part")),
                        complete())))
                .contains(", read in 1 partition, with ")
                .contains(" shuffle partitions:\n");
    }

    @Test
    void clockAndRandomSourceAreNamedAsTheCause(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        AnyBatching trial = kit.anyBatching().given(hits, hit("a", "00:01"));

        assertThat(failureOf(() -> trial.check(
                        all -> all.of(hits).select(current_timestamp().as("now")), append())))
                .isEqualTo("""
                        The query gives another result each time, for the same rows in one batch: it reads the \
                        clock, as current_timestamp() does, or a random source, as rand() and uuid() do, or one of \
                        its functions keeps something between two calls. Compared with an earlier run, 1 row is \
                        missing, 1 row was not expected

                                        now
                          missing       00:00
                          not expected  2031-02-09T07:20:34
                        """);
        assertThat(failureOf(() -> trial.check(all -> all.of(hits).select(rand().as("r")), append())))
                .startsWith("The query gives another result each time");
    }

    @Test
    void windowsWithAWatermarkAreComparedWhenTheyHaveClosed(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Function<AnyBatching.Rows, Dataset<Row>> windows = all -> windowed(hits);

        kit.anyBatching()
                .cuts(10)
                .given(hits, hit("a", "00:01"), hit("b", "00:02"), hit("a", "00:09"), hit("a", "00:45"))
                .check(windows, append());
        assertThat(failureOf(() -> kit.anyBatching()
                        .seed(1)
                        .given(hits, hit("a", "00:01"), hit("a", "00:45"), hit("a", "00:02"), hit("a", "01:45"))
                        .check(windows, append())))
                .startsWith("The result depends on how the rows are cut into batches (seed 1).");
    }

    @Test
    void clockIsNamedWhateverPartOfItTheQueryReads(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        AnyBatching trial = kit.anyBatching().cuts(1).given(hits, hit("a", "00:01"));

        for (String query : List.of(
                "year(now())",
                "minute(current_timestamp())",
                "date_format(current_date(), 'MM')",
                "time < current_timestamp() + interval 1 year")) {
            assertThat(failureOf(() -> trial.check(all -> all.of(hits).selectExpr(query + " AS x"), append())))
                    .as(query)
                    .startsWith("The query gives another result each time, ");
        }
    }

    @Test
    void timeoutsOfProcessingTimeAreRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        MapGroupsWithStateFunction<String, Row, Long, Long> function = (zip, rows, state) -> {
            state.setTimeoutDuration("10 seconds");
            return 1L;
        };

        assertThat(refusalOf(() -> kit.anyBatching()
                        .given(hits, hit("a", "00:01"))
                        .keyedBy("n")
                        .check(
                                all -> all.of(hits)
                                        .groupByKey(
                                                (MapFunction<Row, String>) row -> row.getString(0), Encoders.STRING())
                                        .mapGroupsWithState(
                                                function,
                                                Encoders.LONG(),
                                                Encoders.LONG(),
                                                GroupStateTimeout.ProcessingTimeTimeout())
                                        .toDF("n"),
                                update())))
                .isEqualTo(
                        "anyBatching(): the query has timeouts of processing time, and its result depends on when each"
                                + " batch runs. Test it step by step, with clock(..).");
    }

    @Test
    void rowsOfSeveralCallsAddUp(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, value INT");
        AnyBatching trial = kit.anyBatching().given(rows, row("a", 1)).given(rows, row("a", 2));

        assertThat(failureOf(() -> trial.check(
                        all -> all.of(rows).groupBy("zip").agg(first("value").as("v")), complete())))
                .contains("rows (a, 1)", "rows (a, 2)");
    }

    @Test
    void queryThatFailsOnSomeCutsNamesTheSmallest(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, value INT");
        AnyBatching trial = kit.anyBatching().seed(1).given(rows, twelve);

        assertThat(failureOf(() -> trial.check(
                        all -> all.of(rows)
                                .selectExpr("if(spark_partition_id() > 0, raise_error('no second'), zip) AS zip"),
                        append())))
                .startsWith("The result depends on how the rows are cut into batches (seed 1). The smallest cut that"
                        + " differs has 1 batch, read in ")
                .contains("\n  batch 0  rows (")
                .contains("\nCompared with the same query on all rows in one batch, the query fails: ")
                .contains("no second");
        assertThat(refusalOf(() -> trial.check(all -> all.of(rows).selectExpr("raise_error(zip)"), append())))
                .startsWith("The query fails with all rows in one batch: ");
    }

    @Test
    void updateModeAsksForItsKeys(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, value INT");

        assertThat(refusalOf(() -> kit.anyBatching().given(rows, twelve).check(all -> all.of(rows), update())))
                .isEqualTo("anyBatching(): in update mode a later row replaces an earlier one of its key: call"
                        + " keyedBy(..) before check.");
    }

    @Test
    void setWithinOtherValuesHasNoOrderEither(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "url STRING");
        String start = "https://example.org/a/path/of/more/than/sixty/characters/that/all/urls/share/";
        Row[] urls = IntStream.range(0, 30).mapToObj(url -> row(start + url)).toArray(Row[]::new);
        Column set = collect_set("url");

        kit.anyBatching()
                .seed(1)
                .cuts(5)
                .given(rows, urls)
                .check(
                        all -> all.of(rows)
                                .groupBy()
                                .agg(
                                        struct(set, count("url")).as("s"),
                                        coalesce(set, array()).as("c"),
                                        set.as("u"))
                                .selectExpr("s", "c", "transform(u, x -> upper(x)) AS t"),
                        complete());
    }

    @Test
    void setHasNoOrder(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, value INT");

        kit.anyBatching()
                .cuts(5)
                .given(rows, twelve)
                .check(
                        all -> all.of(rows)
                                .groupBy("zip")
                                .agg(collect_set("value").as("values")),
                        complete());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void proofWithoutARowIsRefused(boolean isEmpty, StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        AnyBatching trial = isEmpty ? kit.anyBatching().given(hits) : kit.anyBatching();

        assertThat(refusalOf(() -> trial.check(all -> all.of(hits), append())))
                .isEqualTo("anyBatching(): no row was given, so nothing would be proven. Call given(input, rows) before"
                        + " check.");
    }

    @Test
    void queryThatEmitsNothingProvesNothing(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        AnyBatching trial = kit.anyBatching().given(hits, hit("a", "00:01"));

        assertThat(refusalOf(() -> trial.check(all -> windowed(hits), append())))
                .isEqualTo(
                        "anyBatching(): the query emits no row for these rows, so nothing would be compared. In append"
                                + " mode a window or an outer join emits when the watermark has passed it: give a row"
                                + " that is"
                                + " late enough.");
        assertThat(refusalOf(() -> trial.check(
                        all -> all.of(hits).filter("false").groupBy().count().filter("count > 0"), complete())))
                .isEqualTo("anyBatching(): the query emits no row for these rows, so nothing would be compared.");
    }

    @Test
    void inputThatTheQueryDoesNotReadIsRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Input<Hit> others = kit.input("others", Hit.class);

        assertThat(refusalOf(() -> kit.anyBatching()
                        .given(hits, hit("a", "00:01"))
                        .given(others, hit("b", "00:02"))
                        .check(all -> all.of(hits), append())))
                .isEqualTo("anyBatching(): given(others, ..): the query does not read this input. Take its rows from"
                        + " rows.of(..).");
    }

    @Test
    void settingOfTheTestStaysAfterTheProof(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        String before = kit.spark().conf().get("spark.sql.shuffle.partitions");

        kit.anyBatching().cuts(3).given(hits, hit("a", "00:01")).check(all -> all.of(hits), append());

        assertThat(kit.spark().conf().get("spark.sql.shuffle.partitions")).isEqualTo(before);
        kit.run(hits.rows(), append())
                .batch("own rows", b -> b.given(hits, hit("b", "00:02")).emits(hit("b", "00:02")));
    }
}
