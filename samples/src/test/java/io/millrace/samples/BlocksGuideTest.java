package io.millrace.samples;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.BoundedWatermark;
import io.millrace.core.CalendarWindow;
import io.millrace.core.Health;
import io.millrace.core.KafkaBatch;
import io.millrace.core.KafkaSecurity;
import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Problem;
import io.millrace.core.Rehearsal;
import io.millrace.core.Secret;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.StreamingQueries;
import io.millrace.core.TimeMarks;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.core.ValidationException;
import io.millrace.sinks.Sinks;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the code of the guide. */
class BlocksGuideTest {
    private final SparkSession spark = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate();

    @Test
    void readsKafka() {
        KafkaSource hits = Sources.kafka("broker-1:9092,broker-2:9092")
                .topics("hits") // or topicPattern("hits-.*"), or partitions("hits", 0, 1)
                .startingFrom(Offsets.earliest())
                .maxOffsetsPerTrigger(100_000);

        Dataset<Row> rows = hits.load(spark); // in a job that already exists, or Pipeline....from(hits)
        KafkaSource fromHere = hits.startingFrom(
                Offsets.of("hits", 0, 1_500).and("hits", 1, 1_480).andEarliest("hits", 2));
        KafkaSource sinceNewYear = hits.startingFrom(
                Offsets.since(Instant.parse("2026-01-01T00:00:00Z")).elseLatest());
        KafkaBatch history =
                hits.startingFrom(Offsets.earliest()).endingAt(Offsets.since(Instant.parse("2026-01-01T00:00:00Z")));

        Dataset<Row> counts = history.load(spark)
                .transform(Transforms.jsonField("zip", "$.zip"))
                .transform(Transforms.countBy("zip"));
        KafkaSource shown = hits.commitOffsetsTo("traffic");

        assertThat(rows.isStreaming()).isTrue();
        assertThat(List.of(fromHere, sinceNewYear, shown))
                .allSatisfy(source -> assertThat(source.load(spark).columns()).contains("value"));
        assertThat(counts.columns()).containsExactly("zip", "count");
    }

    @Test
    void logsIn() {
        KafkaSource hits = Sources.kafka("localhost:9092").topics("hits");
        KafkaSource secured = hits.security(KafkaSecurity.scramSha512("millrace", Secret.env("KAFKA_PASSWORD"))
                .trusting(Path.of("/etc/kafka/ca.pem")));
        KafkaSource withToken = hits.security(KafkaSecurity.login(
                        "OAUTHBEARER", "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule")
                .with("clientId", "millrace")
                .with("clientSecret", Secret.file(Path.of("/run/secrets/kafka"))));

        assertThat(secured.describe()).contains("sasl.jaas.config=***").doesNotContain("KAFKA_PASSWORD");
        assertThat(withToken.load(spark).isStreaming()).isTrue();
    }

    @Test
    void readsEverythingElse(@TempDir Path directory) {
        String path = directory.toString();
        Source files = Sources.json(path)
                .schema("zip STRING, hittime TIMESTAMP")
                .maxFilesPerTrigger(100)
                .archivingDoneFilesTo("/data/done");
        Source trial = Sources.rate().rowsPerSecond(1_000);
        Source lines = Sources.socket("localhost", 9999).withTimestamps();
        Source anyFormat = Sources.format("rate-micro-batch").option("rowsPerBatch", "100");
        Source function = session -> session.readStream().format("rate").load().where("value % 2 = 0");

        assertThat(List.of(files, trial, lines, anyFormat, function))
                .allSatisfy(
                        source -> assertThat(source.load(spark).isStreaming()).isTrue());
    }

    @Test
    void transforms() {
        Dataset<Row> hits = spark.sql("SELECT '{\"zip\":\"9000\",\"hittime\":\"2026-01-01 00:06:00\"}' AS value,"
                + " 5 AS price, TIMESTAMP '2026-01-01 00:06:00' AS hittime, 'a' AS visitor,"
                + " TIMESTAMP '2026-01-01 00:00:00' AS timestamp");
        Transform zips = Transforms.jsonField("zip", "$.zip").andThen(Transforms.where("zip IS NOT NULL"));

        Dataset<Row> counts = hits.transform(zips)
                .transform(Transforms.withWatermark("hittime", ofMinutes(10)))
                .transform(Transforms.windowedCount("hittime", ofMinutes(10))
                        .every(ofMinutes(5))
                        .startingAt(ofMinutes(2))
                        .by("zip"));
        Transform totals = Transforms.windowed("hittime", ofMinutes(10))
                .by("zip")
                .aggregate(
                        sum("price").as("total"), sum(col("price").multiply(2)).as("twice"));
        Transform bounded = Transforms.withWatermark("hittime", ofMinutes(10)).aheadAtMost(ofMinutes(5));
        BoundedWatermark byBroker =
                Transforms.withWatermark("hittime", ofMinutes(10)).aheadAtMost(ofMinutes(5), "timestamp");
        Dataset<Row> good = hits.transform(byBroker);
        Dataset<Row> ahead = hits.transform(byBroker.ahead());
        TimeMarks times = Transforms.timeMarks("hittime")
                .aheadAtMost(ofMinutes(5), "timestamp")
                .behindAtMost(ofDays(30), "timestamp");
        Dataset<Row> marked = hits.transform(times);
        Dataset<Row> usable = marked.transform(times.good());
        Dataset<Row> refused = marked.transform(times.malformed());
        Transform perDay = Transforms.windowedCount("hittime", CalendarWindow.days(ZoneId.of("Europe/Brussels")))
                .by("zip");
        Transform perWeek = Transforms.windowedCount(
                "hittime", CalendarWindow.weeks(ZoneId.of("America/New_York"), DayOfWeek.SUNDAY));
        Transform tenMinutes =
                Transforms.windowedCount("hittime", ofMinutes(10)).by("zip").withWindowTime();
        Transform hours = Transforms.windowed("window_time", ofMinutes(60))
                .aggregate(sum("count").as("hits"));
        Transform visits = Transforms.sessionCount("hittime", ofMinutes(30)).by("visitor");
        Transform shaped = Transforms.cast("price", DataTypes.createDecimalType(10, 2))
                .andThen(Transforms.rename("hittime", "at"))
                .andThen(Transforms.select("visitor", "price", "at"))
                .andThen(Transforms.toJson().keyedBy("visitor"));

        assertThat(counts.columns()).containsExactly("window_start", "window_end", "zip", "count");
        assertThat(hits.transform(bounded).count()).isEqualTo(1);
        assertThat(good.count()).isZero();
        assertThat(ahead.count()).isEqualTo(1);
        assertThat(usable.count()).isZero();
        assertThat(refused.count()).isEqualTo(1);
        assertThat(hits.transform(zips).transform(perDay).columns()).endsWith("window_end", "zip", "count");
        assertThat(hits.transform(perWeek).columns()).containsExactly("window_start", "window_end", "count");
        assertThat(hits.transform(zips).transform(totals).columns()).endsWith("total", "twice");
        assertThat(hits.transform(zips).transform(tenMinutes).transform(hours).columns())
                .endsWith("hits");
        assertThat(hits.transform(visits).columns()).startsWith("session_start", "session_end");
        assertThat(hits.transform(shaped).columns()).containsExactly("key", "value");
    }

    @Test
    void runsAPipeline(@TempDir Path directory) throws Exception {
        String checkpoint = directory.resolve("checkpoint").toString();
        Pipeline counts = Pipeline.named("counts")
                .from(Sources.rate())
                .via(Transforms.withWatermark("timestamp", ofMinutes(10)))
                .via(Transforms.windowedCount("timestamp", ofMinutes(1)))
                .to(Sinks.console())
                .outputMode(update())
                .every(ofSeconds(10))
                .statePartitions(4)
                .checkpointAt(checkpoint);

        StreamingQuery query = counts.start(spark); // Spark's own handle
        query.stop();
        Pipeline backlog = counts.availableNow(); // the same pipeline, run to the end of what is there
        Pipeline appended = counts.outputMode(append());
        String description = counts.describe(spark);

        assertThat(backlog.describe()).isNotEqualTo(counts.describe());
        appended.validate(spark);
        Rehearsal rehearsal = counts.rehearse(spark); // throws what would keep the query from continuing
        System.out.println(rehearsal);
        assertThat(rehearsal.name()).isEqualTo("counts");
        assertThat(description).contains("-> window_start timestamp, window_end timestamp, count bigint");
    }

    @Test
    void rejects() {
        Pipeline wrong = Pipeline.named("traffic")
                .from(Sources.rate())
                .via(Transforms.windowedCount("hittime", ofMinutes(10)).by("zip"))
                .to(Sinks.console())
                .option("checkpointLocaton", "/checkpoints/traffic");

        assertThatThrownBy(() -> wrong.validate(spark))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("Pipeline \"traffic\" has 4 problems:");
    }

    @Test
    void notes() {
        Pipeline pipeline = Pipeline.named("traffic").from(Sources.rate()).to(Sinks.console());
        List<Problem> notes = pipeline.validate(spark); // throws ValidationException with every problem
        notes.forEach(note -> System.out.println("worth knowing: " + note));

        assertThat(notes).isEmpty();
    }

    /** Not run: it stops the session's queries when the JVM ends. */
    static Health.Watch operates(SparkSession spark, StreamingQuery query) {
        StreamingQueries.stopAtShutdown(spark, Duration.ofSeconds(25)); // SIGTERM, Ctrl-C, System.exit
        StreamingQueries.stopBetweenBatches(query, Duration.ofMinutes(2)); // or by hand
        Health.Watch watch = StreamingQueries.health()
                .lagOver(1_000_000)
                .watermarkStalledFor(Duration.ofMinutes(5))
                .watch(spark);
        return watch;
    }

    @Test
    void shapesElements() {
        Transform items = Transforms.explode("items", "item")
                .andThen(Transforms.withColumn("sku", "item.sku"))
                .andThen(Transforms.withColumn("total", "item.price * item.pieces"))
                .andThen(Transforms.fillNulls("total", 0))
                .andThen(Transforms.drop("item"));

        assertThat(spark.sql("SELECT array(named_struct('sku', 'a', 'pieces', 2,"
                                + " 'price', CAST(NULL AS DOUBLE))) AS items")
                        .transform(items)
                        .collectAsList()
                        .toString())
                .isEqualTo("[[a,0.0]]");
    }

    @Test
    void joinsAndUnites(@TempDir Path directory) {
        String customers = directory.resolve("customers").toString();
        spark.sql("SELECT 7 AS customer, 'gold' AS segment").write().parquet(customers);
        Transform named = Transforms.leftJoin(spark -> spark.read().parquet(customers), "customer");

        Source orders = Sources.union(
                Sources.kafka("eu:9092").topics("orders").via(Transforms.withColumn("region", "'eu'")),
                Sources.kafka("us:9092").topics("orders").via(Transforms.withColumn("region", "'us'")));

        assertThat(spark.sql("SELECT 7 AS customer").transform(named).columns()).containsExactly("customer", "segment");
        assertThat(orders.load(spark).columns()).contains("value", "region");
    }

    @Test
    void joinsStreams() {
        Source payments = Sources.kafka("broker:9092")
                .topics("payments")
                .via(Transforms.jsonFields("value")
                        .string("order_id", "$.order")
                        .timestamp("paid_at", "$.at"))
                .via(Transforms.select("order_id", "paid_at"))
                .via(Transforms.withWatermark("paid_at", Duration.ofMinutes(10)));

        Transform paid = Transforms.withWatermark("ordered_at", Duration.ofMinutes(10))
                .andThen(Transforms.joinStream(payments, "order_id")
                        .times("ordered_at", "paid_at")
                        .within(Duration.ofHours(1))
                        .left());

        Dataset<Row> orders = spark.readStream()
                .format("rate")
                .load()
                .selectExpr("string(value) AS order_id", "timestamp AS ordered_at");
        assertThat(orders.transform(paid).columns()).containsExactly("order_id", "ordered_at", "paid_at");
    }
}
