package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.StreamKit.at;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@StreamingTest
class InputsTest {
    enum Colour {
        RED
    }

    record Nested(String name, long count) {}

    record Everything(
            @Nullable String text,
            int number,
            @Nullable Double ratio,
            Instant time,
            LocalDate day,
            BigDecimal price,
            Colour colour,
            List<Nested> nested,
            Map<String, Integer> counts) {}

    record Unknown(Thread thread) {}

    /** A bean. */
    public static final class Order {
        private String customer = "";
        private int total;

        /** Required by Spark. */
        public Order() {}

        Order(String customer, int total) {
            this.customer = customer;
            this.total = total;
        }

        public String getCustomer() {
            return customer;
        }

        public void setCustomer(String customer) {
            this.customer = customer;
        }

        public int getTotal() {
            return total;
        }

        public void setTotal(int total) {
            this.total = total;
        }
    }

    @Test
    void recordsOfEveryTypeArriveAsTheyAre(StreamKit kit) {
        Input<Everything> input = kit.input("everything", Everything.class);
        Everything full = new Everything(
                "a",
                1,
                0.5,
                at("00:01"),
                LocalDate.of(2026, 1, 2),
                new BigDecimal("1.5"),
                Colour.RED,
                List.of(new Nested("n", 2)),
                Map.of("k", 3));
        Everything empty = new Everything(
                null, 2, null, at("00:02"), LocalDate.of(2026, 1, 3), BigDecimal.ONE, Colour.RED, List.of(), Map.of());

        kit.run(input.rows(), append())
                .schema("text STRING, number INT, ratio DOUBLE, time TIMESTAMP, day DATE, price DECIMAL(38,18),"
                        + " colour STRING, nested ARRAY<STRUCT<name: STRING, count: BIGINT>>,"
                        + " counts MAP<STRING, INT>")
                .batch("both", b -> b.given(input, full, empty).emits(full, empty))
                .batch(
                        "null",
                        b -> b.given(input, empty)
                                .emits(row(null, 2, null, "00:02", "2026-01-03", 1, "RED", List.of(), Map.of())));
    }

    @Test
    void beansArriveByName(StreamKit kit) {
        Input<Order> orders = kit.input("orders", Order.class);
        kit.run(orders.rows(), append())
                .batch("one", b -> b.given(orders, new Order("ann", 3)).emits(new Order("ann", 3)));
    }

    @Test
    void linesOfJsonArriveAsRows(StreamKit kit) {
        Input<String> lines = kit.json("lines", "zip STRING, n INT");
        kit.run(lines.rows(), append())
                .batch(
                        "two",
                        b -> b.given(lines, "{\"zip\":\"1\",\"n\":2}", "{\"zip\":\"3\"}")
                                .emits(row("1", 2), row("3", null)));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> kit.run(lines.rows(), append()).batch("bad", b -> b.given(lines, "{\"zip\":")))
                .withMessage("Batch \"bad\": given(lines, ..): This line is not JSON of zip STRING,n INT: {\"zip\":");
    }

    @Test
    void kafkaRowsHaveTheColumnsOfTheSource(StreamKit kit) {
        Input<KafkaRow> hits = kit.kafkaWithHeaders("hits");
        kit.run(
                        hits.rows()
                                .selectExpr(
                                        "CAST(key AS STRING)",
                                        "CAST(value AS STRING)",
                                        "topic",
                                        "partition",
                                        "offset",
                                        "timestamp",
                                        "timestampType",
                                        "headers[0].key AS header",
                                        "CAST(headers[0].value AS STRING) AS headerValue"),
                        append())
                .batch(
                        "three",
                        b -> b.given(
                                        hits,
                                        KafkaRow.value("a"),
                                        KafkaRow.value("b")
                                                .key("k")
                                                .header("h", "v")
                                                .timestamp("00:05"),
                                        KafkaRow.bytes(null)
                                                .topic("other")
                                                .partition(1)
                                                .offset(7)
                                                .logAppendTime())
                                .emits(
                                        row(null, "a", "hits", 0, 0, "00:00", 0, null, null),
                                        row("k", "b", "hits", 0, 1, "00:05", 0, "h", "v"),
                                        row(null, null, "other", 1, 7, "00:00", 1, null, null)));
        assertThat(kit.kafka("plain").schema().fieldNames())
                .containsExactly("key", "value", "topic", "partition", "offset", "timestamp", "timestampType");
    }

    @Test
    void bytesCompareByContent(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "bytes BINARY");
        byte[] bytes = "abc".getBytes(StandardCharsets.UTF_8);
        kit.run(rows.rows(), append())
                .batch("one", b -> b.given(rows, row((Object) bytes)).emits(row((Object) bytes.clone())));
    }

    @Test
    void severalInputsArriveInTheSameBatch(StreamKit kit) {
        Input<Hit> left = kit.input("left", Hit.class);
        Input<Hit> right = kit.input("right", Hit.class);
        kit.run(left.rows().join(right.rows().withColumnRenamed("time", "at"), "zip"), append())
                .batch(
                        "both sides",
                        b -> b.given(left, Hit.hit("1", "00:01"))
                                .given(right, Hit.hit("1", "00:02"))
                                .emits(row("1", "00:01", "00:02"))
                                .runsBatches(1))
                .batch("one side", b -> b.given(right, Hit.hit("1", "00:03")).emits(row("1", "00:01", "00:03")));
    }

    @Test
    void recordWithATypeThatHasNoColumnIsRefused(StreamKit kit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kit.input("unknown", Unknown.class))
                .withMessage(
                        "Record Unknown: component \"thread\" is a java.lang.Thread, which has no column type. Use a"
                                + " type that Spark knows, or give Rows with a schema.");
    }
}
