package org.example;

import static io.millrace.testkit.StreamKit.row;

import io.millrace.sinks.Sinks;
import io.millrace.testkit.Input;
import io.millrace.testkit.KafkaRow;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamingTest;
import org.junit.jupiter.api.Test;

@StreamingTest
class RevenueTest {
    @Test
    void ordersOfAWindowAddUpAlsoAfterARestart(StreamKit kit) {
        Input<KafkaRow> orders = kit.kafka("orders"); // Kafka's columns, no broker

        kit.run(Revenue.pipeline(orders, Sinks.console()))
                .batch("two orders", b -> b.given(orders, order("9.50", "00:01"), order("0.50", "00:04"))
                        .emits(row("00:00", "00:05", "north", "10.00")))
                .restart()
                .batch("one more, late", b -> b.given(orders, order("1.00", "00:02"))
                        .emits(row("00:00", "00:05", "north", "11.00")))
                .batch("no order", b -> b.given(orders, KafkaRow.value("{\"shop\":")).emitsNothing());
    }

    private static KafkaRow order(String amount, String time) {
        return KafkaRow.value(
                "{\"shop\":\"north\",\"amount\":" + amount + ",\"time\":\"" + StreamKit.at(time) + "\"}");
    }
}
