package io.millrace.samples.demo;

import io.millrace.core.Offsets;
import io.millrace.core.Sources;
import io.millrace.sinks.Sinks;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;

/** Sends the hits, runs the demo's job on them and checks the table. */
final class DemoRun {
    private final DemoOptions options;
    private final DemoKafka kafka;
    private final DemoDatabase database;
    private final Scratch scratch;
    private final PrintStream out;
    private final QueryWatch watch = new QueryWatch();
    private final boolean ownsSpark = SparkSession.getDefaultSession().isEmpty();

    DemoRun(DemoOptions options, DemoKafka kafka, DemoDatabase database, Scratch scratch, PrintStream out) {
        this.options = options;
        this.kafka = kafka;
        this.database = database;
        this.scratch = scratch;
        this.out = out;
    }

    DemoResult run(boolean terminal) throws InterruptedException, ExecutionException, SQLException {
        SparkSession spark = scratch.during(this::session);
        try {
            spark.streams().addListener(watch);
            StreamingQuery query = scratch.during(() -> start(spark));
            HitProducer producer = new HitProducer(kafka.bootstrapServers(), kafka.topic(), options.rate);
            try (ProgressTicker ticker =
                    new ProgressTicker(ProgressView.on(out, options.events, terminal), producer, watch, database)) {
                ticker.start();
                producer.send(new HitGenerator(options.events, options.seed), watch::awaitWatermark);
                watch.awaitRead(options.events);
                stop(query);
            }
        } finally {
            if (ownsSpark) {
                spark.stop();
            }
        }
        ExpectedCounts expected = TopicCounter.of(kafka.bootstrapServers(), kafka.topic(), options.events);
        return DemoResult.of(options.events, expected, database.counts(), watch.snapshot());
    }

    private SparkSession session() {
        SparkSession session = SparkSession.builder()
                .appName("millrace-demo")
                .master("local[*]")
                .config("spark.ui.enabled", false)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.local.dir", scratch.resolve("local"))
                .config("spark.sql.warehouse.dir", scratch.resolve("warehouse"))
                .getOrCreate();
        SparkSession own = ownsSpark ? session : session.newSession();
        own.conf().set("spark.sql.session.timeZone", "UTC");
        return own;
    }

    private StreamingQuery start(SparkSession spark) {
        return Traffic.from(
                        Sources.kafka(kafka.bootstrapServers())
                                .topics(kafka.topic())
                                .startingFrom(Offsets.earliest()),
                        Sinks.jdbc(database.forSink()).table(Traffic.TABLE).upsertOn("window_start", "zip"))
                .statePartitions(2)
                .checkpointAt(scratch.resolve("checkpoint"))
                .start(spark);
    }

    private static void stop(StreamingQuery query) {
        try {
            query.stop();
        } catch (TimeoutException e) {
            throw new IllegalStateException("the query did not stop in time", e);
        }
    }
}
