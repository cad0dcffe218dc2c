package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.spark.SparkVersion;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs all benchmarks with tiny sizes. */
class BenchmarksTest {
    private static final Map<String, List<String>> FIGURES = Map.ofEntries(
            Map.entry("badrows", List.of("badrows.rows", "lost", "misplaced")),
            Map.entry("batch", List.of("batch.ms", "batch.vs_good", "batch.vs_good_without_forks")),
            Map.entry(
                    "branches",
                    List.of(
                            "branches.vs_queries",
                            "branches.vs_hand",
                            "branches.all_rows.vs_queries",
                            "branches.all_rows.vs_hand")),
            Map.entry("consumer", List.of("consumer.vs_kafka", "consumer.task_cpu_vs_kafka")),
            Map.entry(
                    "growth",
                    List.of(
                            "growth.rows_10x_cpu",
                            "growth.rows_100x_cpu",
                            "growth.rocksdb_few_keys_cpu",
                            "growth.rocksdb_many_keys_cpu",
                            "growth.many_keys_cpu")),
            Map.entry("guard", List.of("guard.changes", "guard.agree")),
            Map.entry(
                    "jdbc",
                    List.of(
                            "jdbc.insert_vs_limit",
                            "jdbc.update_vs_limit",
                            "jdbc.insert_vs_good",
                            "jdbc.update_vs_good",
                            "jdbc.exactly_once_append_vs_copy",
                            "jdbc.exactly_once_staged_vs_copy",
                            "jdbc.exactly_once_upsert_vs_limit",
                            "jdbc.dead_letters_vs_without",
                            "jdbc.bad_rows_vs_without",
                            "jdbc.exactly_once_dead_letters_vs_without",
                            "jdbc.exactly_once_bad_rows_vs_without",
                            "jdbc.heap_ratio_10x")),
            Map.entry(
                    "job",
                    List.of(
                            "job.vs_good",
                            "job.cpu_vs_good",
                            "job.default_vs_tuned",
                            "job.forks_per_batch",
                            "job.append_vs_good")),
            Map.entry(
                    "json",
                    List.of(
                            "json.ratio1",
                            "json.ratio8",
                            "json.ratio16",
                            "json.from_json8",
                            "json.json_tuple8",
                            "json.each_vs_explode",
                            "json.large_from_json",
                            "differences",
                            "documents")),
            Map.entry("keys", List.of("keys.rows", "types", "differences")),
            Map.entry(
                    "latency",
                    List.of(
                            "latency.windowed_p50_vs_good",
                            "latency.windowed_p99_vs_good",
                            "latency.append_p50_vs_good",
                            "latency.append_p99_vs_good",
                            "latency.slow_topic_p50_vs_good",
                            "latency.slow_topic_p99_vs_good",
                            "latency.continuous_deaths",
                            "latency.continuous_minutes")),
            Map.entry(
                    "lookup",
                    List.of(
                            "lookup.few_keys_vs_queries",
                            "lookup.many_keys_vs_queries",
                            "lookup.few_keys_vs_join",
                            "lookup.many_keys_vs_join")),
            Map.entry(
                    "mariadb",
                    List.of(
                            "mariadb.insert_vs_good",
                            "mariadb.update_vs_good",
                            "mariadb.insert_vs_row_at_a_time",
                            "mariadb.exactly_once_append_vs_good",
                            "mariadb.exactly_once_staged_vs_good",
                            "mariadb.dead_letters_vs_without",
                            "mariadb.bad_rows_vs_without")),
            Map.entry(
                    "proofs",
                    List.of(
                            "anyBatching.dependent",
                            "anyBatching.caught",
                            "anyBatching.sound",
                            "anyBatching.accused",
                            "SinkContract.planted",
                            "SinkContract.caught",
                            "SinkContract.sound",
                            "SinkContract.accused")),
            Map.entry(
                    "realtime",
                    SparkVersion.minor().equals("3.5")
                            ? List.of("microbatch.p50_ms", "microbatch.p99_ms", "microbatch.rows_lost")
                            : List.of(
                                    "realtime.p50_ms",
                                    "realtime.p99_ms",
                                    "microbatch.p50_ms",
                                    "microbatch.p99_ms",
                                    "microbatch.rows_lost",
                                    "realtime.rows_lost")),
            Map.entry(
                    "scaling",
                    List.of(
                            "scaling.upsert_4_tasks_vs_1",
                            "scaling.exactly_once_upsert_4_tasks_vs_1",
                            "scaling.exactly_once_append_4_tasks_vs_1",
                            "scaling.upsert_server_share")),
            Map.entry(
                    "testkit",
                    List.of(
                            "testkit.stateless_ms",
                            "testkit.aggregated_ms",
                            "testkit.vs_one_partition",
                            "testkit.vs_defaults",
                            "forks")),
            Map.entry("types", List.of("types.typed8_vs_text8", "types.cast_vs_timestamp")));

    /** Figures that count errors. */
    private static final Set<String> ERRORS = Set.of(
            "lost",
            "misplaced",
            "differences",
            "microbatch.rows_lost",
            "realtime.rows_lost",
            "anyBatching.accused",
            "SinkContract.accused");

    /** For the contender with the defaults of Spark. */
    private static final Map<String, String> SETTINGS =
            Map.of("spark.sql.shuffle.partitions", "2", "spark.ui.enabled", "false", "spark.driver.host", "127.0.0.1");

    @BeforeAll
    static void set() {
        SETTINGS.forEach(System::setProperty);
    }

    @AfterAll
    static void clear() {
        SETTINGS.keySet().forEach(System::clearProperty);
    }

    static Set<String> names() {
        return Benchmarks.names();
    }

    @Test
    void allBenchmarksAreTested() {
        assertThat(names()).isEqualTo(FIGURES.keySet());
    }

    @ParameterizedTest
    @MethodSource("names")
    void lastLineHasAllFigures(String name) throws Exception {
        Map<String, Double> figures = parsed(Benchmarks.run(name, Scale.SMOKE));

        assertThat(figures.keySet()).containsExactlyElementsOf(FIGURES.get(name));
        assertThat(figures).allSatisfy((figure, value) -> {
            if (ERRORS.contains(figure)) {
                assertThat(value).as(figure).isZero();
            } else {
                assertThat(value).as(figure).isFinite().isNotNegative();
            }
        });
    }

    /** The figures of each line; {@code name: } at its start is part of their names. */
    private static Map<String, Double> parsed(String lines) {
        Map<String, Double> figures = new LinkedHashMap<>();
        lines.lines().forEach(line -> {
            int end = line.indexOf(": ");
            String prefix = end < 0 ? "" : line.substring(0, end) + ".";
            Arrays.stream(line.substring(end < 0 ? 0 : end + 2).split(" "))
                    .map(figure -> figure.split("=", -1))
                    .forEach(pair -> figures.put(prefix + pair[0], Double.valueOf(pair[1])));
        });
        return figures;
    }
}
