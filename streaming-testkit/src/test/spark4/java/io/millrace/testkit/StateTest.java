package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.reasonOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.Hit.windowed;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** The rows of the state, which the kit reads from its checkpoint. */
@StreamingTest
class StateTest {
    @Test
    void windowsThatAreOpenAreInTheState(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(windowed(hits), append())
                .batch(
                        "two windows",
                        b -> b.given(hits, hit("9000", "00:05"), hit("9000", "00:15"))
                                .emitsNothing()
                                .state(
                                        "stateStoreSave",
                                        row(row("00:00", "00:10"), "9000", 1),
                                        row(row("00:10", "00:20"), "9000", 1)))
                .batch(
                        "one closes",
                        b -> b.given(hits, hit("9000", "00:21"))
                                .emits(row(row("00:00", "00:10"), "9000", 1))
                                .columns("zip", "count")
                                .state("stateStoreSave", row("9000", 1), row("9000", 1)));
    }

    @Test
    void stateOfEveryPartitionIsRead(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().groupBy("zip").count(), complete())
                .restartWithPartitions(3)
                .batch(
                        "three",
                        b -> b.given(hits, hit("1", "00:01"), hit("2", "00:01"), hit("3", "00:01"))
                                .state("stateStoreSave", row("1", 1), row("2", 1), row("3", 1)))
                .restart()
                .replayLast(b -> b.state("stateStoreSave", row("1", 1), row("2", 1), row("3", 1)));
    }

    @Test
    void sidesOfAJoinHaveTheirOwnState(StreamKit kit) {
        Input<Row> orders = kit.rows("orders", "id INT, item STRING");
        Input<Row> bills = kit.rows("bills", "bill INT, price INT");
        Dataset<Row> joined = orders.rows().join(bills.rows(), expr("id = bill"));
        kit.run(joined, append())
                .batch(
                        "an order",
                        b -> b.given(orders, row(1, "tea"))
                                .emitsNothing()
                                .columns("id", "item")
                                .state("left", row(1, "tea"))
                                .columns("bill", "price")
                                .state("right"))
                .batch(
                        "its bill",
                        b -> b.given(bills, row(1, 20))
                                .emits(row(1, "tea", 1, 20))
                                .columns("bill", "price")
                                .state("right", row(1, 20)));
    }

    @Test
    void eachOfSeveralOperatorsHasAName(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> query = hits.rows()
                .withWatermark("time", "10 minutes")
                .dropDuplicates("zip", "time")
                .dropDuplicatesWithinWatermark("zip");
        StreamRun run = kit.run(query, append())
                .batch(
                        "a hit",
                        b -> b.given(hits, hit("1", "00:01"))
                                .columns("zip")
                                .state("dedupe", row("1"))
                                .state("dedupeWithinWatermark", row("1")));

        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        run.batch("again", b -> b.given(hits, hit("2", "00:01")).state("windowedCount")))
                .withMessage("state(\"windowedCount\"): there is no such state. The query has dedupeWithinWatermark,"
                        + " dedupe.");
    }

    @Test
    void operatorsOfOneNameAreReadByTheirNumber(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> query = hits.rows()
                .withWatermark("time", "10 minutes")
                .dropDuplicates("zip", "time")
                .dropDuplicates("time");
        StreamRun run = kit.run(query, append())
                .batch(
                        "two hits",
                        b -> b.given(hits, hit("1", "00:01"), hit("2", "00:01"))
                                .columns("time")
                                .state("dedupe:0", row("00:01"))
                                .state("dedupe:1", row("00:01"), row("00:01")));

        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        run.batch("again", b -> b.given(hits, hit("2", "00:01")).state("dedupe")))
                .withMessage("state(\"dedupe\"): 2 states have this name. Choose one of dedupe:0, dedupe:1.");
    }

    @Test
    void queryWithoutStateIsRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:01")).state("dedupe")))
                .withMessage("state(\"dedupe\"): the query keeps no state.");
    }

    @Test
    void otherRowsThanExpectedAreShown(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().groupBy("zip").count(), update());

        assertThat(failureOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:01")).state("stateStoreSave", row("1", 2)))))
                .startsWith("""
                        Batch "a hit" left other rows in the state stateStoreSave than expected: 1 row differs

                                    zip  count
                          expected  1    *2*
                          was       1    *1*
                        """);
    }

    @Test
    void stepWithoutABatchHasNoState(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().groupBy("zip").count(), update());

        assertThat(reasonOf(() -> run.batch("nothing", b -> b.state("stateStoreSave"))))
                .isEqualTo("Batch \"nothing\" ran no batch\n");
    }
}
