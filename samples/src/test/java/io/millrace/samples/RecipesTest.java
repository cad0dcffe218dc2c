package io.millrace.samples;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.StreamKit.row;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.left;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.CalendarWindow;
import io.millrace.core.JsonMarks;
import io.millrace.core.KafkaSource;
import io.millrace.core.Offsets;
import io.millrace.core.Pipeline;
import io.millrace.core.Secret;
import io.millrace.core.Sink;
import io.millrace.core.Source;
import io.millrace.core.Sources;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.JdbcTarget;
import io.millrace.testkit.Input;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamRun;
import io.millrace.testkit.StreamingTest;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code of docs/recipes.md. */
@StreamingTest
class RecipesTest {
    // Look-ups.

    static Pipeline revenue(Source orders, Function<SparkSession, Dataset<Row>> customers, Sink totals) {
        return Pipeline.named("revenue")
                .from(orders)
                .via(Transforms.leftJoin(customers, "customer"))
                .via(Transforms.fillNulls("segment", "unknown"))
                .via(Transforms.withWatermark("at", ofHours(1)))
                .via(Transforms.windowed("at", ofDays(1))
                        .by("segment")
                        .aggregate(sum("amount").as("revenue")))
                .to(totals)
                .outputMode(update());
    }

    static Function<SparkSession, Dataset<Row>> customers(String url, String user, Secret password) {
        return spark -> spark.read()
                .format("jdbc")
                .option("url", url)
                .option("user", user)
                .option("password", password.reveal()) // Spark's plans and logs show *** for it
                .option("dbtable", "customers")
                .load();
    }

    @Test
    void aChangedRowOfTheTableCountsForLaterRowsOnly(StreamKit kit) throws Exception {
        TestPostgres postgres = TestPostgres.shared();
        postgres.execute(
                "DROP TABLE IF EXISTS customers", "CREATE TABLE customers (customer text PRIMARY KEY, segment text)");
        postgres.execute("INSERT INTO customers VALUES ('ada', 'private')");
        Input<Row> orders = kit.rows("orders", "customer STRING, amount INT, at TIMESTAMP");

        StreamRun run = kit.run(revenue(
                        orders, customers(postgres.jdbcUrl(), postgres.user(), postgres.secret()), Sinks.console()))
                .batch(
                        "two orders",
                        b -> b.given(orders, row("ada", 10, "10:00"), row("bob", 1, "10:00"))
                                .emits(
                                        row("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "private", 10L),
                                        row("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "unknown", 1L)));
        postgres.execute("UPDATE customers SET segment = 'business'");
        run.batch(
                "after the change",
                b -> b.given(orders, row("ada", 5, "10:01"))
                        .emits(row("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "business", 5L)));
    }

    // Dead letters.

    static final JsonMarks ORDERS = Transforms.jsonFields("value")
            .string("shop", "$.shop")
            .decimal("amount", "$.amount", 10, 2)
            .mark();

    static Pipeline orders(Source orders, Sink table, Sink letters) {
        return Pipeline.named("orders")
                .from(orders)
                .via(ORDERS)
                .to(Sinks.several("malformed", ORDERS.malformed(), letters)
                        .and("table", ORDERS.good().andThen(Transforms.select("shop", "amount")), table));
    }

    static Sink letters(String brokers) {
        return Sinks.kafka(brokers).topic("orders-malformed").deadLetters();
    }

    @Test
    void malformedRecordsKeepTheirBytesAndTheirReason(StreamKit kit, @TempDir Path directory) throws Exception {
        TestKafka kafka = TestKafka.shared();
        kafka.createTopic("orders-of-two-partitions", 2);
        kafka.createTopic("orders-malformed", 1);
        byte[] broken = "{\"shop\":".getBytes(StandardCharsets.UTF_8);
        byte[] good = "{\"shop\":\"a\",\"amount\":1}".getBytes(StandardCharsets.UTF_8);
        kafka.send(List.of(
                new ProducerRecord<>("orders-of-two-partitions", 1, null, broken),
                new ProducerRecord<>("orders-of-two-partitions", 0, null, good)));
        List<String> table = Collections.synchronizedList(new ArrayList<>());

        orders(
                        Sources.kafka(kafka.bootstrapServers())
                                .topics("orders-of-two-partitions")
                                .startingFrom(Offsets.earliest()),
                        Sinks.foreachBatch(
                                (rows, batchId) -> rows.collectAsList().forEach(row -> table.add(row.toString()))),
                        letters(kafka.bootstrapServers()))
                .checkpointAt(directory)
                .availableNow()
                .start(kit.spark())
                .awaitTermination();

        assertThat(table).containsExactly("[a,1.00]");
        assertThat(kafka.recordsAsBytes("orders-malformed")).singleElement().satisfies(letter -> {
            assertThat(letter.value()).isEqualTo(broken);
            assertThat(letter.headers().lastHeader("millrace.reason").value())
                    .asString()
                    .startsWith("malformed JSON");
        });
    }

    // Several outputs.

    static Sink tableArchiveAndAlerts(Database database, String archive, String brokers) {
        return Sinks.several("table", Sinks.jdbc(database).table("orders").upsertOn("id"))
                .and("archive", Sinks.parquet(archive))
                .and(
                        "alerts",
                        Transforms.where("amount > 1000").andThen(Transforms.select("id", "amount")),
                        Sinks.kafka(brokers).topic("alerts").valueAsJson());
    }

    @Test
    void aSinkAmongSeveralCanTakeSomeOfTheRows(StreamKit kit, @TempDir Path directory) throws Exception {
        Path orders = Files.createDirectory(directory.resolve("orders"));
        Files.writeString(orders.resolve("first.json"), "{\"id\":1,\"amount\":5}\n{\"id\":2,\"amount\":5000}\n");

        Pipeline.named("orders")
                .from(Sources.json(orders.toString()).schema("id INT, amount INT"))
                .to(Sinks.several(
                                "archive",
                                Sinks.json(directory.resolve("archive").toString()))
                        .and(
                                "large",
                                Transforms.where("amount > 1000"),
                                Sinks.json(directory.resolve("large").toString())))
                .checkpointAt(directory.resolve("checkpoint").toString())
                .availableNow()
                .start(kit.spark())
                .awaitTermination();

        assertThat(kit.spark()
                        .read()
                        .json(directory.resolve("archive").toString())
                        .count())
                .isEqualTo(2);
        assertThat(kit.spark()
                        .read()
                        .json(directory.resolve("large").toString())
                        .select("id")
                        .collectAsList())
                .containsExactly(row(2L));
    }

    // Days.

    static Transform ordersPerDay(ZoneId zone) {
        return Transforms.withWatermark("at", ofHours(6))
                .andThen(Transforms.windowedCount("at", CalendarWindow.days(zone))
                        .by("segment"));
    }

    @Test
    void aDayOf25HoursIsWrittenSixHoursAfterItsEnd(StreamKit kit) {
        Input<Row> orders = kit.rows("orders", "segment STRING, at TIMESTAMP");
        kit.run(orders.rows().transform(ordersPerDay(ZoneId.of("Europe/Brussels"))), append())
                .batch(
                        "25 October",
                        b -> b.given(
                                        orders,
                                        row("retail", "2026-10-24T22:00:00Z"),
                                        row("retail", "2026-10-25T22:59:59Z"))
                                .emitsNothing())
                .batch(
                        "six hours after",
                        b -> b.given(orders, row("retail", "2026-10-26T05:00:00Z"))
                                .emits(row("2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "retail", 2)));
    }

    // Duplicates.

    static Transform once() {
        return Transforms.withWatermark("at", ofHours(2)).andThen(Transforms.dropDuplicatesWithinWatermark("id"));
    }

    static Sink firstOfEachKey(Database database) {
        return Sinks.jdbc(database).table("events").insertOnlyOn("id");
    }

    @Test
    void duplicatesWithinTheDelayAreDropped(StreamKit kit) {
        Input<Row> events = kit.rows("events", "id STRING, at TIMESTAMP");
        kit.run(events, once(), append())
                .batch(
                        "twice",
                        b -> b.given(events, row("a", "00:01"), row("a", "00:02"))
                                .emits(row("a", "00:01")))
                .batch(
                        "once more",
                        b -> b.given(events, row("a", "00:03"), row("b", "00:04"))
                                .emits(row("b", "00:04")));
    }

    // Backfills.

    static Pipeline live(KafkaSource orders, Sink table) {
        return Pipeline.named("orders")
                .from(orders.startingFrom(Offsets.latest()))
                .via(Transforms.jsonFields("value").bigint("id", "$.id").bigint("version", "$.version"))
                .via(Transforms.select("id", "version"))
                .to(table);
    }

    static Pipeline history(Pipeline live, KafkaSource orders, Instant since) {
        return live.from(orders.startingFrom(Offsets.since(since)).maxOffsetsPerTrigger(1_000_000))
                .availableNow()
                .checkpointAt("s3a://bucket/orders-history");
    }

    static Sink newestVersion(Database database) {
        return Sinks.jdbc(database).table("orders").upsertOn("id").versionedBy("version");
    }

    static Pipeline repair(Pipeline live, KafkaSource orders, Instant from, Instant to) {
        return live.from(orders.startingFrom(Offsets.since(from))
                        .until(Offsets.since(to))
                        .maxOffsetsPerTrigger(1_000_000))
                .availableNow()
                .checkpointAt("s3a://bucket/orders-repair-1");
    }

    static Pipeline putBack(Database database, JdbcTarget audit) {
        return Pipeline.named("audit-repair")
                .from(database.deadLetters("refused")
                        .ofTable("audit")
                        .columns("id BIGINT, zip STRING, version BIGINT")
                        .sqlState("22%"))
                .via(rows -> rows.withColumn("zip", left(col("zip"), lit(5))))
                .to(audit.upsertOn("id")
                        .versionedBy("version")
                        .deadLettersTo("refused")
                        .deadLettersAtMost(1))
                .availableNow()
                .checkpointAt("s3a://bucket/audit-repair-1");
    }

    @Test
    void aRefusedRowIsPutBack(StreamKit kit, @TempDir Path directory) throws Exception {
        TestPostgres postgres = TestPostgres.shared();
        Database database = Database.at(postgres);
        JdbcTarget audit = Sinks.jdbc(database).table("audit");
        postgres.execute(
                "DROP TABLE IF EXISTS audit, refused",
                "CREATE TABLE audit (id bigint PRIMARY KEY, zip varchar(5), version bigint)",
                audit.upsertOn("id")
                        .versionedBy("version")
                        .deadLettersTo("refused")
                        .ddl(),
                "INSERT INTO refused (target, query_id, digest, epoch, sqlstate, reason, row) VALUES ('audit', 'live',"
                        + " 'd', 0, '22001', 'too long', '{\"id\":1,\"zip\":\"94105-1234\",\"version\":1}')");

        putBack(database, audit).checkpointAt(directory).start(kit.spark()).awaitTermination();

        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT zip, (SELECT count(*) FROM refused) FROM audit")) {
            assertThat(found.next()).isTrue();
            assertThat(found.getString(1)).isEqualTo("94105");
            assertThat(found.getLong(2)).isZero();
        }
    }

    static Pipeline repairWindows(Pipeline repair, String first, String end) {
        return repair.via(Transforms.where("window_start >= timestamp '" + first + "'"))
                .via(Transforms.where("window_end <= timestamp '" + end + "'"));
    }

    @Test
    void theHistoryIsTheSamePipelineWithAnotherStartAndCheckpoint() {
        Database database = Database.at("jdbc:postgresql://localhost:5432/shop");
        KafkaSource orders = Sources.kafka("localhost:9092").topics("orders");
        Pipeline live = live(orders, newestVersion(database)).checkpointAt("s3a://bucket/orders");

        Pipeline history = history(live, orders, Instant.parse("2026-01-01T00:00:00Z"));

        assertThat(live.describe()).contains("startingOffsets=latest", "s3a://bucket/orders");
        assertThat(history.describe()).contains("startingTimestamp", "s3a://bucket/orders-history", "availableNow");
        Pipeline repair = repair(live, orders, Instant.EPOCH, Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(repair.describe()).contains("endingTimestamp", "availableNow", "s3a://bucket/orders-repair-1");
        assertThat(repairWindows(repair, "2026-01-01", "2026-01-02").describe())
                .containsIgnoringCase("window_end <= timestamp");
        assertThat(List.of(firstOfEachKey(database), tableArchiveAndAlerts(database, "/archive", "localhost:9092")))
                .extracting(Sink::describe)
                .allSatisfy(sink -> assertThat(sink).contains("shop"));
    }
}
