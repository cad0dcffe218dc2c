package io.millrace.samples;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.StreamKit.row;

import io.millrace.core.Sink;
import io.millrace.core.Transform;
import io.millrace.core.Transforms;
import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.Database;
import io.millrace.testkit.Input;
import io.millrace.testkit.KafkaRow;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamingTest;
import io.millrace.testkit.servers.TestPostgres;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each part of the sample {@code orders}: its branches, the look-up of customers, and the sums of each hour. */
@StreamingTest
class OrdersTest {
    private static final List<Row> WRITTEN = Collections.synchronizedList(new ArrayList<>());

    private static final Transform NO_SEGMENTS = Transforms.withColumn("segment", "'unknown'");

    @BeforeEach
    void clear() {
        WRITTEN.clear();
    }

    @Test
    void malformedOrdersGoToTheirBranchAndTheOthersToTheFiles(StreamKit kit) {
        Input<KafkaRow> orders = kit.kafka("orders");
        kit.run(
                        Orders.orders(
                                orders, NO_SEGMENTS, into("file", "id", "day"), into("letter", "offset", "topic")),
                        OrdersTest::written)
                .batch(
                        "an order, one that is cut off, and one without a number",
                        b -> b.given(
                                        orders,
                                        order(
                                                1,
                                                "2026-03-01T00:05:00Z",
                                                "{\"sku\":\"pen\",\"pieces\":2,\"price\":1.5}"),
                                        KafkaRow.value("{\"id\":2,"),
                                        order(3, "2026-03-01T00:05:00Z", "{\"sku\":\"pen\",\"pieces\":\"two\"}"))
                                .table(
                                        row("letter", "1", "orders"),
                                        row("letter", "2", "orders"),
                                        row("file", "1", "2026-03-01")));
    }

    @Test
    void customersOfTheTableHaveASegmentAndOthersAreUnknown(StreamKit kit) throws Exception {
        // Look-ups are cached in this JVM: the sample itself has other keys.
        TestPostgres.shared()
                .execute(
                        "drop table if exists customers",
                        "create table customers (customer_id bigint primary key, segment text)",
                        "insert into customers values (1000001, 'gold'), (1000002, null)");
        Input<KafkaRow> orders = kit.kafka("orders");

        kit.run(
                        orders,
                        Transforms.jsonFields("value")
                                .bigint("customer_id", "$.customer_id")
                                .andThen(Orders.segments(Database.at(TestPostgres.shared())))
                                .andThen(Transforms.select("customer_id", "segment")),
                        append())
                .batch(
                        "customers",
                        b -> b.given(
                                        orders,
                                        KafkaRow.value("{\"customer_id\":1000001}"),
                                        KafkaRow.value("{\"customer_id\":1000002}"),
                                        KafkaRow.value("{\"customer_id\":1000003}"),
                                        KafkaRow.value("{}"))
                                .emits(
                                        row(1000001L, "gold"),
                                        row(1000002L, "unknown"),
                                        row(1000003L, "unknown"),
                                        row(null, "unknown")));
    }

    @Test
    void revenueIsSummedByHourSegmentAndProductThroughARestart(StreamKit kit) {
        Input<String> enriched = kit.json("enriched", Orders.COLUMNS);

        kit.run(Orders.revenue(enriched, Sinks.console()))
                .keyedBy("window_start", "segment", "sku")
                .batch(
                        "two orders of an hour, and one without items",
                        b -> b.given(
                                enriched,
                                enriched("00:05", "gold", "{\"sku\":\"pen\",\"pieces\":2,\"price\":1.5}"),
                                enriched("00:06", "gold", "{\"sku\":\"pen\",\"pieces\":1,\"price\":2}"),
                                enriched("00:07", "gold", "")))
                .restart()
                .batch(
                        "one more, and one of another segment",
                        b -> b.given(
                                        enriched,
                                        enriched("00:08", "gold", "{\"sku\":\"pen\",\"pieces\":1,\"price\":1}"),
                                        enriched("01:00", "basic", "{\"sku\":\"pen\",\"pieces\":1,\"price\":1}"))
                                .table(
                                        row("00:00", "01:00", "gold", "pen", "6.00"),
                                        row("01:00", "02:00", "basic", "pen", "1.00")));
    }

    private static String enriched(String time, String segment, String items) {
        return "{\"at\":\"" + StreamKit.at(time) + "\",\"segment\":\"" + segment + "\",\"items\":[" + items + "]}";
    }

    private static KafkaRow order(long id, String time, String items) {
        return KafkaRow.value("{\"id\":" + id + ",\"at\":\"" + time + "\",\"items\":[" + items + "]}");
    }

    /** Collects two columns as texts, after the name of the branch. */
    private static Sink into(String branch, String first, String second) {
        return Sinks.foreachBatch((rows, batchId) -> rows.selectExpr(
                        "'" + branch + "'", "cast(" + first + " as string)", "cast(" + second + " as string)")
                .collectAsList()
                .forEach(found -> WRITTEN.add(row(found.get(0), found.get(1), found.get(2)))));
    }

    private static List<Row> written() {
        return List.copyOf(WRITTEN);
    }
}
