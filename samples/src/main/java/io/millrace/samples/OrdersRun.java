package io.millrace.samples;

import static org.apache.spark.sql.functions.expr;

import io.millrace.core.KafkaSource;
import io.millrace.core.Pipeline;
import io.millrace.samples.demo.DemoFailure;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.servers.TestKafka;
import io.millrace.testkit.servers.TestPostgres;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * Runs {@link Orders} on 100,000 orders, with a restart of both queries after the first half, and compares every row
 * that they have written, and how often each record was fetched from Kafka.
 */
final class OrdersRun {
    private static final long ORDERS = 100_000;
    private static final long BATCH = 20_000;

    private final SampleEnvironment environment;
    private final SparkSession spark;
    private final OrderBook book = new OrderBook();
    private final Database database = Database.at(TestPostgres.shared());
    private final String topic;
    private final String letters;
    private final Path files;

    private OrdersRun(SampleEnvironment environment) {
        this.environment = environment;
        spark = environment.spark();
        topic = environment.newTopic();
        letters = environment.newTopic();
        files = Path.of(environment.targetDirectory());
    }

    static void run(SampleEnvironment environment) throws Exception {
        OrdersRun run = new OrdersRun(environment);
        run.createTables();
        run.half(0, ORDERS / 2);
        run.half(ORDERS / 2, ORDERS);
        run.report();
    }

    private void createTables() throws SQLException {
        TestPostgres.shared()
                .execute(
                        "drop table if exists customers, revenue",
                        "create table customers (customer_id bigint primary key, segment text)",
                        "create table revenue (window_start timestamptz, window_end timestamptz, segment text, "
                                + "sku text,"
                                + " revenue numeric(38, 2), primary key (window_start, segment, sku))");
        try (Connection connection = TestPostgres.shared().connect();
                var insert = connection.prepareStatement("insert into customers values (?, ?)")) {
            for (long customer = 0; customer < OrderBook.CUSTOMERS; customer++) {
                insert.setLong(1, customer);
                insert.setString(2, OrderBook.segment(customer));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    /** Sends orders, and runs both queries from where they have ended until they have read all of them. */
    private void half(long from, long to) throws Exception {
        TestKafka.shared()
                .send(topic, LongStream.range(from, to).mapToObj(book::add).toArray(String[]::new));
        KafkaSource source = environment
                .topic(topic)
                .maxOffsetsPerTrigger(BATCH)
                .option("kafka.metric.reporters", FetchedRecords.class.getName());
        String brokers = TestKafka.shared().bootstrapServers();
        toItsEnd(
                "orders",
                Orders.orders(
                        source,
                        Orders.segments(database),
                        Orders.files(files),
                        Sinks.kafka(brokers).topic(letters).deadLetters()));
        toItsEnd("revenue", Orders.revenue(Orders.enriched(files), Orders.table(database)));
    }

    private void toItsEnd(String name, Pipeline pipeline) throws Exception {
        pipeline.checkpointAt(environment.checkpoint() + "/" + name)
                .start(spark)
                .awaitTermination();
    }

    private void report() throws SQLException {
        long differences = differences(
                        book.orders.entrySet().stream()
                                .map(order -> order.getKey() + " " + order.getValue())
                                .toList(),
                        enriched())
                + differences(
                        book.revenue.entrySet().stream()
                                .map(sum -> sum.getKey() + " " + sum.getValue())
                                .toList(),
                        revenue())
                + differences(book.malformed, malformed());
        environment.print("orders: " + (differences == 0 ? "exact" : "not exact") + ", orders=" + ORDERS + " malformed="
                + book.malformed.size() + " windows=" + book.revenue.size() + " reads=" + reads() + " differences="
                + differences);
        if (differences > 0) {
            throw new DemoFailure(differences + " rows are missing or there too often; --verbose shows the log.");
        }
    }

    private List<String> enriched() {
        return spark.read()
                .parquet(files.toString())
                .withColumn(
                        "total",
                        expr("aggregate(items, cast(0 as decimal(10, 2)), (sum, item) ->"
                                + " cast(sum + item.pieces * item.price as decimal(10, 2)))"))
                .select(expr("concat_ws(' ', id, segment, day, total)"))
                .as(Encoders.STRING())
                .collectAsList();
    }

    private static List<String> revenue() throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = TestPostgres.shared().connect();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "select to_char(window_start at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
                                + " segment, sku, revenue from revenue")) {
            while (found.next()) {
                rows.add(found.getString(1) + " " + found.getString(2) + " " + found.getString(3) + " "
                        + found.getBigDecimal(4));
            }
        }
        return rows;
    }

    /** The values of dead letters that say why, and where the record was. */
    private List<String> malformed() {
        return TestKafka.shared().records(letters).stream()
                .filter(letter -> letter.headers().lastHeader("millrace.reason") != null
                        && letter.headers().lastHeader("millrace.offset") != null)
                .map(letter -> String.valueOf(letter.value()))
                .toList();
    }

    private String reads() {
        return BigDecimal.valueOf(FetchedRecords.of(topic))
                .divide(BigDecimal.valueOf(ORDERS), MathContext.DECIMAL32)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** How many rows are missing, or there once too often. */
    private static long differences(Collection<String> expected, Collection<String> found) {
        Map<String, Integer> open = new HashMap<>();
        expected.forEach(row -> open.merge(row, 1, Integer::sum));
        found.forEach(row -> open.merge(row, -1, Integer::sum));
        return open.values().stream().mapToLong(Math::abs).sum();
    }
}
