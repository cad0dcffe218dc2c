package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

class StreamingTestTest {
    @Test
    void fortyTestsOnTwoThreadsSeeOnlyTheirOwnData() {
        Forty.MOST.set(0);

        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Forty.class))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
                .execute()
                .testEvents()
                .assertStatistics(events -> events.succeeded(40).failed(0));

        assertThat(Forty.MOST).hasValue(2);
    }

    /** How often, by {@code -Dmillrace.repeats}; a thousand were run to look for flakes, a few keep the suite short. */
    @Test
    void windowedTestHasTheSameResultEachTime() {
        for (int run = 0; run < Integer.getInteger("millrace.repeats", 5); run++) {
            try (StreamKit kit = StreamKit.open()) {
                Input<Hit> hits = kit.input("hits", Hit.class);
                kit.run(Hit.windowed(hits), append())
                        .batch(
                                "two hits",
                                b -> b.given(hits, hit("9000", "00:05"), hit("9000", "00:07"))
                                        .emitsNothing())
                        .batch(
                                "time moves",
                                b -> b.given(hits, hit("9001", "00:35"))
                                        .emits(row(row("00:00", "00:10"), "9000", 2))
                                        .watermark("00:25")
                                        .runsBatches(2))
                        .restart()
                        .batch(
                                "a straggler",
                                b -> b.given(hits, hit("9000", "00:06"))
                                        .dropsLate(1)
                                        .emitsNothing());
            }
        }
    }

    @Test
    void aJvmThatCannotBeOpenedIsReportedWithTheFlagsToAdd() {
        assertThat(JvmModules.cannotOpen(new NoSuchMethodException()))
                .hasMessageStartingWith(
                        "The testkit cannot open the packages of the JDK that Spark needs: start the JVM with"
                                + " the flags -XX:")
                .hasMessageContaining("--add-opens=java.base/java.nio=ALL-UNNAMED");
    }

    @Test
    void settingsOfTheAnnotationApply() {
        EngineTestKit.engine("junit-jupiter")
                .selectors(selectClass(Settings.class), selectClass(Inherited.class), selectClass(RocksDb.class))
                .execute()
                .testEvents()
                .assertStatistics(events -> events.succeeded(3).failed(0));
    }

    @StreamingTest
    static final class Forty {
        static final AtomicInteger RUNNING = new AtomicInteger();
        static final AtomicInteger MOST = new AtomicInteger();

        @RepeatedTest(40)
        void ownData(StreamKit kit, RepetitionInfo repetition) {
            MOST.accumulateAndGet(RUNNING.incrementAndGet(), Math::max);
            String mine = "zip " + repetition.getCurrentRepetition();
            Input<Hit> hits = kit.input("hits", Hit.class);
            hits.rows().createOrReplaceTempView("hits");
            kit.spark().conf().set("my.setting", mine);
            kit.run(kit.spark().sql("SELECT zip, count(*) AS n FROM hits GROUP BY zip"), update())
                    .batch("one", b -> b.given(hits, hit(mine, "00:01")).emits(row(mine, 1)))
                    .batch("two", b -> b.given(hits, hit(mine, "00:02")).emits(row(mine, 2)));
            assertThat(kit.spark().conf().get("my.setting")).isEqualTo(mine);
            RUNNING.decrementAndGet();
        }
    }

    @StreamingTest(partitions = 3, timeZone = "Asia/Tokyo", codegen = true, settings = "spark.sql.ansi.enabled=true")
    static class Settings {
        @Test
        void areThoseOfTheSession(SparkSession spark, StreamKit kit) {
            assertThat(spark).isSameAs(kit.spark());
            assertThat(spark.conf().get("spark.sql.shuffle.partitions")).isEqualTo("3");
            assertThat(spark.conf().get("spark.sql.ansi.enabled")).isEqualTo("true");
            Input<Hit> hits = kit.input("hits", Hit.class);
            kit.run(hits.rows().selectExpr("hour(time) AS hour", "spark_partition_id() AS partition"), append())
                    .batch(
                            "three",
                            b -> b.given(hits, hit("a", "00:01"), hit("b", "00:01"), hit("c", "00:01"))
                                    .emits(row(9, 0), row(9, 1), row(9, 2)));
        }
    }

    static final class Inherited extends Settings {}

    @StreamingTest(stateStore = StreamingTest.StateStore.ROCKSDB)
    static final class RocksDb {
        @Test
        void stateIsKeptAndFoundAgain(StreamKit kit) {
            Input<Hit> hits = kit.input("hits", Hit.class);
            kit.run(hits.rows().groupBy("zip").count(), update())
                    .batch("one", b -> b.given(hits, hit("1", "00:01")).emits(row("1", 1)))
                    .restart()
                    .replayLast(b -> b.sameOutput())
                    .batch(
                            "two",
                            b -> b.given(hits, hit("1", "00:02"))
                                    .emits(row("1", 2))
                                    .stateRows(1));
        }
    }
}
