package io.millrace.sinks.jdbc;

import io.millrace.core.Await;
import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.OutputModes;
import io.millrace.core.Pipeline;
import io.millrace.core.Sources;
import io.millrace.core.StreamingQueries;
import io.millrace.core.Supervision;
import io.millrace.core.Supervisor;
import io.millrace.core.Transforms;
import io.millrace.sinks.Lookups;
import io.millrace.sinks.Sinks;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/**
 * A job with each kind of sink that has metrics, whose Spark has its Prometheus servlet on. Writes what the servlet
 * says into the files {@code running} and {@code stopped}: while the queries run, and after their end.
 */
final class MetricsDriver {
    private static final long ROWS = 10;
    static final String COPIES = "metrics-copies";

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final SparkSession spark;
    private final Database database;
    private final Path directory;
    private final String brokers;
    private final KafkaSource source;

    private MetricsDriver(SparkSession spark, Database database, Path directory, String brokers, String topic) {
        this.spark = spark;
        this.database = database;
        this.directory = directory;
        this.brokers = brokers;
        this.source = Sources.kafka(brokers)
                .topics(topic)
                .startingFrom(Offsets.earliest())
                .maxOffsetsPerTrigger(4);
    }

    /** URL of the database, directory, brokers and the topic, which has all records. */
    public static void main(String[] arguments) throws Exception {
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.port", "0")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.sql.shuffle.partitions", "1")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.metrics.namespace", "shop-job")
                .config(
                        "spark.metrics.conf.*.sink.prometheusServlet.class",
                        "org.apache.spark.metrics.sink.PrometheusServlet")
                .config("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus")
                .getOrCreate();
        new MetricsDriver(spark, ChildDriver.database(arguments[0]), Path.of(arguments[1]), arguments[2], arguments[3])
                .run();
        System.exit(0);
    }

    private void run() throws Exception {
        counts().start(spark);
        StreamingQuery letters = letters().start(spark);
        Supervision supervision = Supervisor.of(copies()).start(spark);
        Await.until(() -> supervision.isReady());
        List<StreamingQuery> queries = List.of(spark.streams().active());
        queries.forEach(StreamingQuery::processAllAvailable);
        // Spark counts a batch a moment after it has ended, and the group a moment after that.
        awaitRows(ROWS * queries.size());
        Files.writeString(directory.resolve("running"), awaitCommit());

        letters.stop();
        letters.awaitTermination();
        awaitRows(ROWS * 2);
        letters().start(spark).processAllAvailable();
        awaitRows(ROWS * queries.size());
        Files.writeString(directory.resolve("restarted"), scrape());

        supervision.close();
        for (StreamingQuery query : spark.streams().active()) {
            StreamingQueries.stopBetweenBatches(query, Duration.ofSeconds(30));
        }
        awaitRows(0);
        Files.writeString(directory.resolve("stopped"), scrape());
    }

    private Pipeline counts() {
        return pipeline("counts by-zip")
                .from(source.commitOffsetsTo("metrics-counts"))
                .via(Transforms.jsonFields("value").string("zip", "$.zip").timestamp("at", "$.at"))
                .via(Transforms.withWatermark("at", Duration.ofMinutes(1)))
                .via(Transforms.windowedCount("at", Duration.ofMinutes(1)).by("zip"))
                .via(Transforms.select("zip", "count"))
                .outputMode(OutputModes.update())
                .to(Sinks.jdbc(database).table("metrics_counts").upsertOn("zip"));
    }

    private Pipeline letters() {
        return pipeline("letters")
                .from(source)
                .via(Transforms.jsonFields("value").string("zip", "$.zip"))
                .via(Lookups.jdbc(database).table("metrics_zips").key("zip").columns("city"))
                .via(Transforms.select("zip"))
                .to(Sinks.jdbc(database)
                        .table("metrics_letters")
                        .appendExactlyOnce()
                        .deadLettersTo("metrics_refused"));
    }

    private Pipeline copies() {
        return pipeline("copies").from(source).to(Sinks.kafka(brokers).topic(COPIES));
    }

    private Pipeline pipeline(String name) {
        return Pipeline.named(name).checkpointAt(directory.resolve(name.replace(' ', '-')));
    }

    private void awaitRows(long rows) throws Exception {
        Await.until(() -> sum(scrape(), "input_rows_Count") == rows);
    }

    private String awaitCommit() throws Exception {
        String scrape = scrape();
        while (sum(scrape, "_commits_Count") == 0) {
            scrape = scrape();
        }
        return scrape;
    }

    private static long sum(String scrape, String end) {
        return scrape.lines()
                .filter(line -> line.contains(end + "{"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private String scrape() throws IOException, InterruptedException {
        String servlet = spark.sparkContext().uiWebUrl().get() + "/metrics/prometheus/";
        return HTTP.send(HttpRequest.newBuilder(URI.create(servlet)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
