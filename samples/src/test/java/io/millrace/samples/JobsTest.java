package io.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.KafkaSource;
import io.millrace.core.Pipeline;
import io.millrace.core.Source;
import io.millrace.core.Transforms;
import io.millrace.samples.demo.DemoDatabase;
import io.millrace.samples.plain.PlainHourlyRevenue;
import io.millrace.samples.plain.PlainReplica;
import io.millrace.sinks.Sinks;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The jobs of the samples, beside the same jobs in plain Spark. */
class JobsTest {
    private static final TestKafka KAFKA = TestKafka.shared();
    private static final List<Change> CHANGES = changes();

    private final SparkSession spark = SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()
            .newSession();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** An event; a key has several, and one of them may delete it. */
    private record Change(long id, long position, boolean deleted, String name) {
        String json() {
            String row = deleted ? "" : ",\"name\":\"" + name + "\",\"city\":\"c" + position + "\"";
            return "{\"id\":" + id + ",\"position\":" + position + ",\"deleted\":" + deleted + row + "}";
        }

        String row() {
            return id + "|" + position + "|" + (deleted ? "t|null|null" : "f|" + name + "|c" + position);
        }
    }

    @Test
    void ordersBecomeTheRevenueThatPlainSparkComputes() throws Exception {
        spark.conf().set("spark.sql.session.timeZone", "UTC");
        spark.sql("SELECT * FROM VALUES (1L, 'gold'), (2L, 'basic') AS customers (customer, segment)")
                .createOrReplaceTempView("customers");
        for (String topic : List.of("orders", "bad", "plain-bad")) {
            KAFKA.createTopic("jobs-" + topic, 1);
        }
        KAFKA.send(
                "jobs-orders",
                order(1, "2026-01-01T00:05:00Z", item("pen", 2, "1.50"), item("ink", 1, "3")),
                order(1, "2026-01-01T00:59:59Z", item("pen", 1, "1.25")),
                "{\"customer\":",
                order(2, "2026-01-01T01:00:00Z", item("pen", 1, "1.50")),
                order(1, "2026-01-01T01:01:00Z", "{\"sku\":\"pen\",\"pieces\":\"two\",\"price\":1}"),
                order(9, "2026-01-01T01:02:00Z", item("pen", 3, "1.10")),
                order(2, "2026-01-01T02:00:00Z"),
                order(2, "2026-01-02T12:00:00Z", item("pen", 1, "1.50")));
        runOrders();
        KAFKA.send(
                "jobs-orders",
                order(1, "2026-01-01T00:10:00Z", item("late", 1, "1")),
                order(2, "2026-01-03T12:00:00Z", item("pen", 1, "1.50")));
        runOrders();

        assertThat(revenue("revenue"))
                .isEqualTo(revenue("plain-revenue"))
                .containsExactly(
                        "[2026-01-01 00:00:00,2026-01-01 01:00:00,gold,ink,3.00,2026-01-01]",
                        "[2026-01-01 00:00:00,2026-01-01 01:00:00,gold,pen,4.25,2026-01-01]",
                        "[2026-01-01 01:00:00,2026-01-01 02:00:00,basic,pen,1.50,2026-01-01]",
                        "[2026-01-01 01:00:00,2026-01-01 02:00:00,unknown,pen,3.30,2026-01-01]",
                        "[2026-01-02 12:00:00,2026-01-02 13:00:00,basic,pen,1.50,2026-01-02]");
        assertThat(directory.resolve("revenue").resolve("day=2026-01-02")).isDirectory();
        assertThat(values("jobs-bad"))
                .isEqualTo(values("jobs-plain-bad"))
                .hasSize(2)
                .contains("{\"customer\":");
    }

    private void runOrders() throws Exception {
        String brokers = KAFKA.bootstrapServers();
        KafkaSource orders = HourlyRevenue.source(brokers, "jobs-orders");
        HourlyRevenue.revenue(orders, HourlyRevenue.files(path("revenue")))
                .checkpointAt(path("checkpoint-revenue"))
                .start(spark)
                .awaitTermination();
        HourlyRevenue.malformed(orders, Sinks.kafka(brokers).topic("jobs-bad"))
                .checkpointAt(path("checkpoint-bad"))
                .start(spark)
                .awaitTermination();
        Dataset<Row> plain = PlainHourlyRevenue.source(spark, brokers, "jobs-orders");
        PlainHourlyRevenue.revenue(plain, path("plain-revenue"), path("plain-checkpoint-revenue"))
                .start()
                .awaitTermination();
        PlainHourlyRevenue.malformed(plain, brokers, "jobs-plain-bad", path("plain-checkpoint-bad"))
                .start()
                .awaitTermination();
    }

    static Stream<String> orders() {
        return orderings().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("orders")
    void aReplicaIsTheSameInEveryOrderOfTheChanges(String order) throws Exception {
        List<Change> changes = orderings().getOrDefault(order, List.of());
        String topic = "jobs-changes-" + order.replace(' ', '-');
        KAFKA.createTopic(topic, 1);
        KAFKA.send(topic, changes.stream().map(Change::json).toArray(String[]::new));
        TestPostgres postgres = TestPostgres.shared();
        KafkaSource source = Replica.source(KAFKA.bootstrapServers(), topic);

        emptyTable(postgres);
        Replica.pipeline(
                        order.endsWith("one by one") ? source.maxOffsetsPerTrigger(1) : source,
                        Replica.table(DemoDatabase.embedded().forSink()))
                .availableNow()
                .checkpointAt(path("checkpoint"))
                .start(spark)
                .awaitTermination();
        assertThat(rows(Replica.TABLE)).isEqualTo(expected());
        assertThat(rows("live_people"))
                .isEqualTo(CHANGES.stream()
                        .filter(change -> expected().contains(change.row()) && !change.deleted())
                        .sorted(Comparator.comparing(Change::id))
                        .map(change -> change.id() + "|" + change.name() + "|c" + change.position())
                        .toList());

        emptyTable(postgres);
        PlainReplica.writer(
                        PlainReplica.source(spark, KAFKA.bootstrapServers(), topic),
                        postgres.jdbcUrl(),
                        postgres.user(),
                        postgres.password(),
                        path("plain-checkpoint"))
                .trigger(Trigger.AvailableNow())
                .start()
                .awaitTermination();
        assertThat(rows(Replica.TABLE)).isEqualTo(expected());
    }

    /** What docs/transforms.md says about a table of a database in a join. */
    @Test
    void aTableInADatabaseIsReadByEachBatch() throws Exception {
        TestPostgres postgres = TestPostgres.shared();
        postgres.execute("drop table if exists cities", "create table cities as select '9000' as value, 'old' as city");
        KAFKA.createTopic("jobs-zips", 1);
        KAFKA.send("jobs-zips", "9000", "9000");
        List<String> found = Collections.synchronizedList(new ArrayList<>());
        VoidFunction2<Dataset<Row>, Long> write = (batch, id) -> {
            found.addAll(batch.select("city").collectAsList().stream()
                    .map(Row::toString)
                    .toList());
            postgres.execute("update cities set city = 'new'");
        };
        Source zips = HourlyRevenue.source(KAFKA.bootstrapServers(), "jobs-zips")
                .maxOffsetsPerTrigger(1)
                .via(Transforms.cast("value", "string"));

        Pipeline.named("zips")
                .from(zips)
                .via(Transforms.join(
                        session -> session.read()
                                .format("jdbc")
                                .option("url", postgres.jdbcUrl())
                                .option("user", postgres.user())
                                .option("password", postgres.password())
                                .option("dbtable", "cities")
                                .load(),
                        "value"))
                .to(Sinks.foreachBatch(write))
                .availableNow()
                .checkpointAt(path("checkpoint"))
                .start(spark)
                .awaitTermination();

        assertThat(found).containsExactly("[old]", "[new]");
    }

    /** The figures of docs/from-hand-written-spark.md: lines without imports, blanks, comments and {@code run}. */
    @ParameterizedTest
    @CsvSource({"revenue, HourlyRevenue", "replica, Replica"})
    void theGuideSaysHowLongTheJobsAre(String name, String type) throws IOException {
        int millrace = lines(Path.of("src/main/java/io/millrace/samples", type + ".java"));
        int plain = lines(Path.of("src/test/java/io/millrace/samples/plain", "Plain" + type + ".java"));

        assertThat(Files.readString(Path.of("../docs/from-hand-written-spark.md")))
                .contains("| `" + name + "` | " + plain + " | " + millrace + " |");
    }

    private static int lines(Path file) throws IOException {
        String code = Files.readString(file)
                .replaceAll("(?s)/\\*.*?\\*/", "")
                .replaceAll("(?s)\n    static void run\\(.*?\n    }\n", "\n");
        return (int) code.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.matches("(import|package) .*|//.*"))
                .count();
    }

    private static Map<String, List<Change>> orderings() {
        Map<String, List<Change>> orders = new LinkedHashMap<>();
        orders.put("in order", CHANGES);
        orders.put("reversed", sorted(Comparator.comparing(Change::position).reversed()));
        orders.put("deletes first", sorted(Comparator.comparing(change -> !change.deleted())));
        orders.put("deletes last", sorted(Comparator.comparing(Change::deleted)));
        orders.put("by key", sorted(Comparator.comparing(Change::id)));
        orders.put(
                "each twice",
                CHANGES.stream().flatMap(change -> Stream.of(change, change)).toList());
        orders.put(
                "all again", Stream.concat(CHANGES.stream(), CHANGES.stream()).toList());
        for (int seed = 1; seed <= 2; seed++) {
            List<Change> shuffled = new ArrayList<>(CHANGES);
            Collections.shuffle(shuffled, new Random(seed));
            orders.put("shuffled " + seed, shuffled);
        }
        List<Change> reversed = sorted(Comparator.comparing(Change::position).reversed());
        orders.put("reversed one by one", reversed);
        return orders;
    }

    private static List<Change> sorted(Comparator<Change> order) {
        return CHANGES.stream().sorted(order).toList();
    }

    /** Thirty events of eight keys: some keys end deleted, some come back after that. */
    private static List<Change> changes() {
        Random random = new Random(4711);
        return IntStream.rangeClosed(1, 30)
                .mapToObj(position ->
                        new Change(random.nextInt(8), position, random.nextInt(4) == 0, "n" + random.nextInt(100)))
                .toList();
    }

    private static List<String> expected() {
        Map<Long, Change> last = new HashMap<>();
        CHANGES.forEach(change -> last.put(change.id(), change));
        return last.values().stream()
                .sorted(Comparator.comparing(Change::id))
                .map(Change::row)
                .toList();
    }

    private static void emptyTable(TestPostgres postgres) throws SQLException {
        postgres.execute(
                "drop table if exists people cascade", "create table people (" + Replica.COLUMNS + ")", Replica.VIEW);
    }

    private static List<String> rows(String table) throws SQLException {
        return DemoDatabase.embedded().rows(table).stream()
                .skip(1)
                .map(row -> String.join("|", row))
                .toList();
    }

    private List<String> revenue(String name) {
        return spark
                .read()
                .parquet(path(name))
                .selectExpr("string(window_start)", "string(window_end)", "segment", "sku", "revenue", "day")
                .orderBy("window_start", "segment", "sku")
                .collectAsList()
                .stream()
                .map(Row::toString)
                .toList();
    }

    private static List<String> values(String topic) {
        return KAFKA.records(topic).stream()
                .map(ConsumerRecord::value)
                .map(String::valueOf)
                .toList();
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    private static String order(int customer, String at, String... items) {
        return "{\"customer\":" + customer + ",\"at\":\"" + at + "\",\"items\":" + Arrays.toString(items) + "}";
    }

    private static String item(String sku, int pieces, String price) {
        return "{\"sku\":\"" + sku + "\",\"pieces\":" + pieces + ",\"price\":" + price + "}";
    }
}
