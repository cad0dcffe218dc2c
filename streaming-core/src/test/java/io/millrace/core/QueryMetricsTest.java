package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import io.millrace.core.internal.MetricName;
import io.millrace.core.internal.SparkMetrics;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * When the metrics of queries are shown in Spark's metrics system, and under which names. Counters live as long as the
 * JVM: no other test has a query of these names.
 */
@Timeout(60)
class QueryMetricsTest {
    private final SparkSession spark = Spark.session().newSession();
    private final MemoryInput<Integer> numbers = new MemoryInput<>(spark, Encoders.INT());

    @Test
    void aPipelineShowsTheMetricsOfItsQueryUntilItEnds() throws Exception {
        StreamingQuery query = pipeline("shown").start(spark);
        assertThat(gauge("shown", "running")).isEqualTo(1);
        assertThat(gauge("shown", "batch-id")).isEqualTo(-1L);
        Spark.feed(numbers, List.of(1, 2, 3));
        query.processAllAvailable();

        HealthMetrics.await("shown", "input-rows", 3L);
        assertThat(gauge("shown", "batch-id")).isEqualTo(0L);
        assertThat(gauge("shown", "batch-rows")).isEqualTo(3L);
        query.stop();
        awaitNone("shown");
    }

    @Test
    void aRestartContinuesTheCounters() throws Exception {
        for (int run = 1; run <= 2; run++) {
            MemoryInput<Integer> input = new MemoryInput<>(spark, Encoders.INT());
            StreamingQuery query = pipeline("continued", input).start(spark);
            Spark.feed(input, List.of(1, 2, 3));
            query.processAllAvailable();
            HealthMetrics.await("continued", "input-rows", 3L * run);
            query.stop();
            awaitNone("continued");
        }
    }

    @Test
    void aFailedQueryStaysVisibleUntilItRunsAgain() throws Exception {
        Spark.feed(numbers, List.of(1));
        StreamingQuery failing = pipeline(
                        "broken", numbers, rows -> rows.writeStream().foreachBatch(QueryMetricsTest::fail))
                .start(spark);
        Await.until(() -> !failing.isActive());
        HealthMetrics.await("broken", "failures", 1L);
        Await.until(() -> Integer.valueOf(0).equals(gauge("broken", "running")));

        StreamingQuery query = pipeline("broken").start(spark);
        assertThat(gauge("broken", "running")).isEqualTo(1);
        assertThat(HealthMetrics.of("broken").get(0).counter("failures").getCount())
                .isEqualTo(1);
        query.stop();
        awaitNone("broken");
    }

    @Test
    void healthShowsNoSecondCopyOfThem() throws Exception {
        Health.Watch watch = StreamingQueries.health().watch(spark);
        StreamingQuery query = pipeline("once").start(spark);
        Spark.feed(numbers, List.of(1));
        query.processAllAvailable();
        HealthMetrics.await("once", "input-rows", 1L);
        watch.close();
        assertThat(HealthMetrics.of("once")).hasSize(1);
        query.stop();
        awaitNone("once");
    }

    @Test
    void healthShowsTheMetricsOfOtherQueriesAlsoIfAPipelineHadThatName() throws Exception {
        pipeline("name").start(spark).stop();
        awaitNone("name");
        Spark.feed(numbers, List.of(1, 2));
        Health.Watch watch = StreamingQueries.health().watch(spark);
        StreamingQuery query =
                numbers.toDF().writeStream().queryName("name").format("noop").start();
        query.processAllAvailable();

        HealthMetrics.await("name", "input-rows", 2L);
        query.stop();
        watch.close();
        awaitNone("name");
    }

    @Test
    void namesThatDifferInPunctuationOnlyBothGetASuffix() {
        List<Runnable> removals = List.of(publish("x.y"), publish("x-y"), publish("x"), publish("été"));

        assertThat(names("x"))
                .hasSize(3)
                .doesNotHaveDuplicates()
                .contains("x")
                .filteredOn(name -> name.matches("x-y-[0-9a-f]{8}"))
                .hasSize(2);
        assertThat(names("t-")).singleElement().asString().matches("t-[0-9a-f]{8}");
        removals.forEach(Runnable::run);
        assertThat(names("x")).isEmpty();
    }

    @Test
    void theEndOfAQueryLeavesThoseWhoseNamesBeginWithItsName() {
        Runnable first = publish("prefix");
        Runnable second = publish("prefix-and-more");
        first.run();

        assertThat(names("prefix")).containsExactly("prefix-and-more");
        second.run();
        assertThat(names("prefix")).isEmpty();
    }

    private Pipeline pipeline(String name) {
        return pipeline(name, numbers);
    }

    private static Pipeline pipeline(String name, MemoryInput<Integer> input) {
        return pipeline(name, input, rows -> rows.writeStream().format("noop"));
    }

    private static Pipeline pipeline(
            String name, MemoryInput<Integer> input, Function<Dataset<Row>, DataStreamWriter<Row>> writer) {
        return Pipeline.named(name).from(Sources.of(input.toDF())).to(new Sink() {
            @Override
            public DataStreamWriter<Row> write(Dataset<Row> rows) {
                return writer.apply(rows);
            }

            @Override
            public String describe() {
                return "a sink";
            }
        });
    }

    private static void fail(Dataset<Row> rows, Long batch) {
        throw new IllegalStateException("a batch failed");
    }

    private static Object gauge(String query, String name) {
        return Objects.requireNonNull(HealthMetrics.of(query).get(0).getGauges().get(name))
                .getValue();
    }

    private static void awaitNone(String query) {
        Await.until(() -> HealthMetrics.of(query).isEmpty());
    }

    private static Runnable publish(String query) {
        MetricRegistry metrics = new MetricRegistry();
        metrics.counter("rows");
        return SparkMetrics.publish(MetricName.ofQuery(query), metrics);
    }

    /** The names of queries that begin so. */
    private static List<String> names(String prefix) {
        String before = "millrace.query.";
        return registry().getNames().stream()
                .filter(name -> name.contains("." + before + prefix) && name.endsWith(".rows"))
                .map(name -> name.substring(name.indexOf(before) + before.length(), name.length() - ".rows".length()))
                .toList();
    }

    /** What Spark's sinks see. */
    private static MetricRegistry registry() {
        try {
            MetricsSystem system = SparkEnv.get().metricsSystem();
            for (Field field : MetricsSystem.class.getDeclaredFields()) {
                if (field.getType() == MetricRegistry.class) {
                    field.setAccessible(true);
                    return (MetricRegistry) field.get(system);
                }
            }
            throw new AssertionError("Spark's metrics system has no registry");
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
