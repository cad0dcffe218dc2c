package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.reasonOf;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.StreamingPlan;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Queries with transformWithState: their timers, expiry, state and restarts. */
@StreamingTest(stateStore = StreamingTest.StateStore.ROCKSDB)
class TransformWithStateTest {
    private static final String ORDER = "customer STRING, item STRING";

    @Test
    void timerOfProcessingTimeFiresByTheClockOfTheKit(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(QuietZips.of(hits.rows(), TimeMode.ProcessingTime()), append())
                .batch(
                        "two hits",
                        b -> b.given(hits, hit("9000", "00:00"), hit("9000", "00:01"))
                                .emitsNothing()
                                .state("count", row("9000", 2))
                                .state("timers", row("9000", "00:30")))
                .clock("00:29")
                .batch("too early", b -> b.emitsNothing())
                .clock("00:31")
                .batch("half an hour later", b -> b.emits(row("9000", 2)).state("count"));
    }

    @Test
    void hitMovesTheTimerOfItsKeyAlone(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(QuietZips.of(hits.rows(), TimeMode.ProcessingTime()), append())
                .batch(
                        "two zips",
                        b -> b.given(hits, hit("9000", "00:00"), hit("9001", "00:00"))
                                .emitsNothing())
                .clock("00:20")
                .batch("one again", b -> b.given(hits, hit("9000", "00:00")).emitsNothing())
                .clock("00:31")
                .batch("the other is quiet", b -> b.emits(row("9001", 1)).state("timers", row("9000", "00:50")))
                .clock("00:51")
                .batch("both are quiet", b -> b.emits(row("9000", 2)).state("timers"));
    }

    @Test
    void timerOfEventTimeFiresByTheWatermark(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(byEventTime(hits), append())
                .batch(
                        "a hit",
                        b -> b.given(hits, hit("9000", "00:05")).emitsNothing().state("timers", row("9000", "00:35")))
                .batch(
                        "too early",
                        b -> b.given(hits, hit("9001", "00:44")).emitsNothing().watermark("00:34"))
                .batch(
                        "the watermark passes",
                        b -> b.given(hits, hit("9001", "00:46"))
                                .emits(row("9000", 1))
                                .watermark("00:36"));
    }

    @Test
    void rowBehindTheWatermarkIsDroppedAndExplained(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(byEventTime(hits), append())
                .batch("time moves", b -> b.given(hits, hit("9001", "00:35")).runs())
                .batch(
                        "a straggler",
                        b -> b.given(hits, hit("9000", "00:06"), hit("9001", "00:36"))
                                .dropsLate(1)
                                .state("count", row("9001", 2)));

        assertThat(failureOf(() -> run.batch(
                        "another", b -> b.given(hits, hit("9000", "00:07")).emits(row("9000", 1)))))
                .contains("1 row was late: the watermark was 00:26\n  late  (9000, 00:07)");
    }

    @Test
    void timersThatWaitAreNamedWithTheirTimes(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun byClock = kit.run(QuietZips.of(hits.rows(), TimeMode.ProcessingTime()), append())
                .batch(
                        "two hits",
                        b -> b.given(hits, hit("9000", "00:00"), hit("9001", "00:00"))
                                .emitsNothing())
                .clock("00:10");

        assertThat(reasonOf(() -> byClock.batch(
                        "too early", b -> b.given(hits, hit("9000", "00:00")).emits(row("9001", 1)))))
                .endsWith("""

                        Timeouts and timers of processing time fire when the clock passes them: it was at 00:10; \
                        move it with clock(..).
                          waits  9001 for 00:30
                          waits  9000 for 00:40
                        """);
        assertThat(byClock.timeline()).contains("batch 0 (data), clock 00:00, late 0", "(data), clock 00:10, late 0");

        Input<Hit> events = kit.input("events", Hit.class);
        StreamRun byEvents = kit.run(byEventTime(events), append());

        assertThat(reasonOf(() -> byEvents.batch(
                        "a hit", b -> b.given(events, hit("9000", "00:05")).emits(row("9000", 1)))))
                .endsWith("""

                        Timeouts and timers of event time fire when the watermark passes them: the watermark is \
                        2025-12-31T23:55; send a later event.
                          waits  9000 for 00:35
                        """);
    }

    @Test
    void queryIsKnownToKeepState(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);

        assertThat(StreamingPlan.of(byEventTime(hits)).isStateful()).isTrue();
        assertThat(StreamingPlan.of(hits.rows()).isStateful()).isFalse();
    }

    @Test
    void stateOfEachKindIsReadAsRows(StreamKit kit) {
        Input<Row> orders = kit.rows("orders", ORDER);
        kit.run(baskets(kit, orders), update())
                .batch(
                        "three",
                        b -> b.given(orders, row("ann", "tea"), row("ann", "pot"), row("ann", "tea"))
                                .emits(row("ann", "tea pot tea", "none"))
                                .state("items", row("ann", "tea"), row("ann", "pot"), row("ann", "tea"))
                                .state("counts", row("ann", "tea", 2), row("ann", "pot", 1))
                                .state("last", row("ann", "tea", "00:30"))
                                .columns("key", "last")
                                .stateRows(4));
    }

    @Test
    void stateExpiresByTheClockOfTheKit(StreamKit kit) {
        Input<Row> orders = kit.rows("orders", ORDER);
        kit.run(baskets(kit, orders), update())
                .batch("tea", b -> b.given(orders, row("ann", "tea")).emits(row("ann", "tea", "none")))
                .clock("00:29")
                .batch("it lives", b -> b.given(orders, row("ann", "pot")).emits(row("ann", "tea pot", "tea")))
                .clock("01:00")
                .batch(
                        "it has expired",
                        b -> b.given(orders, row("ann", "cup"))
                                .emits(row("ann", "tea pot cup", "none"))
                                .state("last", row("ann", "cup", "01:30")));
    }

    @Test
    void initialStateIsThereBeforeTheFirstRow(StreamKit kit) {
        Input<Row> orders = kit.rows("orders", ORDER);
        kit.run(baskets(kit, orders, row("ann", "tea"), row("bob", "ale")), update())
                .batch(
                        "a row",
                        b -> b.given(orders, row("ann", "pot"))
                                .emits(row("ann", "tea pot", "tea"))
                                .state("items", row("ann", "tea"), row("ann", "pot"), row("bob", "ale")))
                .restart()
                .batch("another", b -> b.given(orders, row("bob", "nut")).emits(row("bob", "ale nut", "ale")));
    }

    @Test
    void timersAndStateSurviveARestart(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(QuietZips.of(hits.rows(), TimeMode.ProcessingTime()), append())
                .batch("a hit", b -> b.given(hits, hit("9000", "00:00")).emitsNothing())
                .restart()
                .clock("00:31")
                .batch("another zip", b -> b.given(hits, hit("9001", "00:31")).emits(row("9000", 1)))
                .replayLast(b -> b.runs())
                .clock("01:02")
                .batch("it is quiet too", b -> b.emits(row("9001", 1)));
    }

    @Test
    void variableNamedTimersIsReadBesideTheTimers(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(Alarms.of(hits.rows()), update())
                .batch(
                        "a hit",
                        b -> b.given(hits, hit("9000", "00:00"))
                                .emits(row("9000"))
                                .state("$timers:0", row("9000", "00:05"))
                                .state("timers:0", row("9000", "of the value", 1, "never", "00:10")));
    }

    @Test
    void nameOfTwoStatesIsRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(Alarms.of(hits.rows()), update());

        assertThat(refusalOf(() -> run.batch(
                        "a hit", b -> b.given(hits, hit("9000", "00:00")).state("timers"))))
                .isEqualTo("state(\"timers\"): 2 states have this name. Choose one of $timers:0 (the timers),"
                        + " timers:0 (the state variable).");
        assertThat(refusalOf(() -> run.batch(
                        "another", b -> b.given(hits, hit("9000", "00:00")).state("none"))))
                .isEqualTo("state(\"none\"): there is no such state. The query has byItem, $timers:0, timers:0.");
    }

    @Test
    void fieldNamedAsAKeyIsReadByItsFullName(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(Alarms.of(hits.rows()), update())
                .batch(
                        "a hit",
                        b -> b.given(hits, hit("9000", "00:00"))
                                .emits(row("9000"))
                                .columns("key", "x", "value.key")
                                .state("timers:0", row("9000", 1, "of the value"))
                                .columns("expires", "value.expires")
                                .state("timers:0", row("00:10", "never"))
                                .columns("key", "user_map_key", "user_map_value.key", "expires")
                                .state("byItem", row("9000", "tea", "of the map", "never")));
    }

    @Test
    void timersSurviveACrashAroundEachCheckpointWrite(StreamKit kit) {
        kit.crashEverywhere(fresh -> {
            Input<Hit> hits = fresh.input("hits", Hit.class);
            fresh.run(QuietZips.of(hits.rows(), TimeMode.ProcessingTime()), append())
                    .explicitNoDataBatches() // Half the writes, and so a quarter of the batches.
                    .batch("a hit", b -> b.given(hits, hit("9000", "00:00")).emitsNothing())
                    .clock("00:31")
                    .batch("half an hour later", b -> b.emits(row("9000", 1)));
        });
    }

    private static Dataset<Row> byEventTime(Input<Hit> hits) {
        return QuietZips.of(hits.rows().withWatermark("time", "10 minutes"), TimeMode.EventTime());
    }

    private static Dataset<Row> baskets(StreamKit kit, Input<Row> orders, Row... initial) {
        return Baskets.of(
                orders.rows(), kit.spark().createDataset(List.of(initial), Encoders.row(StructType.fromDDL(ORDER))));
    }
}
