package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.complete;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Hit.hit;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.opentest4j.AssertionFailedError;

@StreamingTest
class AnyBatchingTest {
    private static final List<Hit> HITS = List.of(
            hit("a", "00:01"),
            hit("b", "00:02"),
            hit("a", "00:03"),
            hit("c", "00:04"),
            hit("a", "00:05"),
            hit("b", "00:06"));

    @Test
    void countIsTheSameHoweverItsRowsAreCut(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.anyBatching()
                .cuts(3)
                .given(hits, HITS)
                .check(rows -> rows.of(hits).groupBy("zip").count(), complete());
        kit.anyBatching()
                .cuts(3)
                .given(hits, HITS)
                .keyedBy("zip")
                .check(rows -> rows.of(hits).groupBy("zip").count(), update());
    }

    @Test
    void joinIsTheSameHoweverItsInputsInterleave(StreamKit kit) {
        Input<Hit> left = kit.input("left", Hit.class);
        Input<Hit> right = kit.input("right", Hit.class);
        kit.anyBatching()
                .cuts(3)
                .given(left, HITS)
                .given(right, hit("a", "00:10"), hit("b", "00:11"))
                .check(rows -> rows.of(left).join(rows.of(right).withColumnRenamed("time", "at"), "zip"), append());
    }

    @Test
    void resultThatDependsOnTheCutIsShrunkToTheSmallestThatDiffers(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);

        assertThatExceptionOfType(AssertionFailedError.class)
                .isThrownBy(() -> kit.anyBatching()
                        .seed(7)
                        .given(hits, hit("a", "00:01"), hit("b", "00:35"), hit("a", "00:02"), hit("c", "00:36"))
                        .keyedBy("window")
                        .check(
                                rows -> rows.of(hits)
                                        .withWatermark("time", "0 seconds")
                                        .groupBy(window(col("time"), "10 minutes"))
                                        .count(),
                                update()))
                .withMessage("""
                        The result depends on how the rows are cut into batches (seed 7). \
                        The smallest cut that differs has 2 batches, read in 1 partition:
                          batch 0  hits (b, 00:35)
                          batch 1  hits (a, 00:02)

                        Compared with the same query on all rows in one batch, 1 row is missing

                                   window       count
                          missing  00:00-00:10  1
                        """);
    }
}
