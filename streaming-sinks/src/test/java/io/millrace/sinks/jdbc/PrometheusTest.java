package io.millrace.sinks.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.sinks.jdbc.MonitoringPage.Sample;
import io.millrace.testkit.servers.TestKafka;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Spark's Prometheus servlet exports of a real job, held against {@code docs/monitoring.md} after the relabelling
 * that the page recommends.
 */
@Timeout(180)
class PrometheusTest {
    private static final TestKafka KAFKA = TestKafka.shared();
    private static final String TOPIC = "metrics-hits";

    // JUnit sets it.
    @SuppressWarnings("NullAway.Init")
    @TempDir
    Path directory;

    @Test
    void everyMetricOfThePageIsExportedAndNoOther() throws Exception {
        createTablesAndTopics();
        assertThat(ChildDriver.run(
                        MetricsDriver.class, directory, directory.toString(), KAFKA.bootstrapServers(), TOPIC))
                .as("exit code, see driver.log in " + directory)
                .isZero();

        assertThat(new TreeMap<>(exported("running"))).isEqualTo(new TreeMap<>(MonitoringPage.metrics()));
        assertLabels(scraped("running"));
        assertFigures(scraped("running"));
        assertThat(values(scraped("restarted"), "query", "letters"))
                .as("the counters of a query that has run again")
                .containsEntry("millrace_query_running", "1")
                .containsEntry("millrace_query_input_rows_total", "10")
                .containsEntry("millrace_query_batch_id", "2");
        assertThat(scraped("stopped").stream().map(Sample::name).filter(name -> name.startsWith("millrace_")))
                .as("the metrics of queries that have ended; a pool stays open")
                .allMatch(name -> name.startsWith("millrace_pool_"));
    }

    private void createTablesAndTopics() {
        Server.execute(
                "DROP TABLE IF EXISTS metrics_counts, metrics_letters, metrics_refused, millrace_ledger",
                "CREATE TABLE metrics_counts (zip text PRIMARY KEY, count bigint)",
                "CREATE TABLE IF NOT EXISTS metrics_zips (zip text PRIMARY KEY, city text)",
                "CREATE TABLE metrics_letters (zip text CHECK (zip <> '00000'))");
        KAFKA.createTopic(TOPIC, 2);
        KAFKA.createTopic(MetricsDriver.COPIES, 1);
        for (int row = 0; row < 6; row++) {
            KAFKA.send(TOPIC, "{\"zip\": \"9410" + row % 2 + "\", \"at\": \"2026-01-01T00:10:0" + row + "Z\"}");
        }
        KAFKA.send(
                TOPIC,
                "{\"zip\": \"00000\", \"at\": \"2026-01-01T00:10:09Z\"}",
                "{\"zip\": ",
                "{\"zip\": \"94105\", \"at\": null}",
                "{\"zip\": \"94105\", \"at\": \"2025-01-01T00:00:00Z\"}");
    }

    private static void assertLabels(List<Sample> samples) {
        assertThat(ofMillrace(samples).map(Sample::others).collect(Collectors.toSet()))
                .filteredOn(labels -> !labels.containsKey("pool"))
                .containsExactlyInAnyOrderElementsOf(Set.of(
                        Map.of("app", "shop_job", "query", "counts_by_zip"),
                        Map.of("app", "shop_job", "query", "letters"),
                        Map.of("app", "shop_job", "query", "copies"),
                        Map.of("app", "shop_job", "query", "counts_by_zip", "sink", "metrics_counts"),
                        Map.of("app", "shop_job", "query", "letters", "sink", "metrics_letters"),
                        Map.of("app", "shop_job", "query", "letters", "lookup", "metrics_zips"),
                        Map.of("app", "shop_job", "query", "counts_by_zip", "group", "metrics_counts")));
    }

    private static void assertFigures(List<Sample> samples) {
        assertThat(values(samples, "query", "counts_by_zip"))
                .containsEntry("millrace_query_running", "1")
                .containsEntry("millrace_query_batches_total", "3")
                .containsEntry("millrace_query_batch_id", "2")
                .containsEntry("millrace_query_input_rows_total", "10")
                .containsEntry("millrace_query_lag_rows", "0")
                .containsEntry("millrace_query_malformed_rows_total", "1")
                .containsEntry("millrace_query_rows_without_event_time_total", "2")
                .containsEntry("millrace_query_failures_total", "0")
                .containsEntry("millrace_sink_dead_letters_total", "0")
                .containsEntry("millrace_group_lag_rows", "0");
        assertThat(values(samples, "query", "letters"))
                .containsEntry("millrace_sink_rows_written_total", "10")
                .containsEntry("millrace_sink_dead_letters_total", "1")
                .containsEntry("millrace_lookup_misses_total", "9")
                .containsEntry("millrace_lookup_null_keys_total", "1")
                .containsEntry("millrace_sink_retries_total", "0");
        assertThat(values(samples, "query", "copies")).containsEntry("millrace_query_output_rows_total", "10");
        assertThat(samples.stream().filter(sample -> sample.name().equals("millrace_pool_connections_limit")))
                .as("pools of the sinks and of the look-ups")
                .hasSize(2)
                .extracting(Sample::value)
                .containsOnly("4");
    }

    private List<Sample> scraped(String file) throws IOException {
        return MonitoringPage.scraped(Files.readString(directory.resolve(file)));
    }

    /** All metrics of Millrace, also those that no rule of the page names, with the type that Spark exports. */
    private Map<String, String> exported(String file) throws IOException {
        String answer = Files.readString(directory.resolve(file));
        return answer.lines()
                .filter(line -> line.contains("_driver_millrace_") && !line.contains("_Number{"))
                .collect(Collectors.toMap(
                        line -> MonitoringPage.scraped(line).get(0).name(),
                        line -> line.contains("type=\"gauges\"") ? "gauge" : "counter",
                        (first, same) -> first));
    }

    private static Stream<Sample> ofMillrace(List<Sample> samples) {
        return samples.stream().filter(sample -> sample.name().startsWith("millrace_"));
    }

    private static Map<String, String> values(List<Sample> samples, String label, String value) {
        return ofMillrace(samples)
                .filter(sample -> value.equals(sample.labels().get(label)))
                .collect(Collectors.toMap(Sample::name, Sample::value));
    }
}
