package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.util.QueryExecutionListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page or a failure costs the same number of queries and jobs, however many rows were given. */
@StreamingTest
class TimelineCostTest {
    private static final String GROUP = "cost of a timeline";

    @Test
    void pageOfManyRowsRunsTwoQueries(StreamKit kit, @TempDir Path directory) throws InterruptedException {
        StreamRun run = steps(kit, 12);

        assertThat(costOf(kit, () -> run.writeHtml(directory.resolve("page.html"))))
                .isEqualTo(new Cost(2, 1));
    }

    @Test
    void failureOfManyRowsRunsTwoQueries(StreamKit kit) throws InterruptedException {
        StreamRun run = steps(kit, 12);

        assertThat(costOf(
                        kit,
                        () -> assertThat(failureOf(() ->
                                        run.batch("more", b -> b.emits(row(row("00:00", "00:10"), "a", 1)))))
                                .contains(" waits: ")))
                .isEqualTo(new Cost(2, 1));
    }

    private static StreamRun steps(StreamKit kit, int count) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Dataset<Row> counts = hits.rows()
                .withWatermark("time", "10 minutes")
                .groupBy(window(col("time"), "10 minutes", "5 minutes"), col("zip"))
                .count();
        StreamRun run = kit.run(counts, append());
        for (int step = 0; step < count; step++) {
            String time = "00:%02d".formatted(step);
            run.batch(
                    "step " + step,
                    b -> b.given(hits, hit("a", time), hit("b", time)).runs());
        }
        return run;
    }

    private record Cost(int queries, int jobs) {}

    /** The queries of the session that {@code code} runs, and the jobs of this thread. */
    private static Cost costOf(StreamKit kit, Runnable code) throws InterruptedException {
        var context = kit.spark().sparkContext();
        List<String> queries = new ArrayList<>();
        CountDownLatch ended = new CountDownLatch(1);
        QueryExecutionListener listener = new QueryExecutionListener() {
            @Override
            public void onSuccess(String action, QueryExecution query, long nanos) {
                if (query.analyzed().toString().contains("the end")) {
                    ended.countDown();
                } else {
                    queries.add(action);
                }
            }

            @Override
            public void onFailure(String action, QueryExecution query, Exception error) {
                queries.add(action + ": " + error);
            }
        };
        kit.spark().listenerManager().register(listener);
        context.setJobGroup(GROUP, "", false);
        try {
            code.run();
            int jobs = context.statusTracker().getJobIdsForGroup(GROUP).length;
            // Spark announces queries later, in their order.
            kit.spark().sql("SELECT 'the end'").collectAsList();
            assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
            return new Cost(queries.size(), jobs);
        } finally {
            context.clearJobGroup();
            kit.spark().listenerManager().unregister(listener);
        }
    }
}
