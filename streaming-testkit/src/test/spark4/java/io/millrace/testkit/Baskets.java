package io.millrace.testkit;

import static io.millrace.testkit.StreamKit.row;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.ListState;
import org.apache.spark.sql.streaming.MapState;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessorWithInitialState;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/** Keeps the items of each customer: a list of them, how often each came, and the last one for half an hour. */
final class Baskets extends StatefulProcessorWithInitialState<String, Row, Row, Row> {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("NullAway.Init") // Spark calls init first.
    private transient ListState<String> items;

    @SuppressWarnings("NullAway.Init")
    private transient MapState<String, Long> counts;

    @SuppressWarnings("NullAway.Init")
    private transient ValueState<String> last;

    private Baskets() {}

    /** The baskets of {@code orders}; both have the columns customer and item. */
    static Dataset<Row> of(Dataset<Row> orders, Dataset<Row> initial) {
        return QuietZips.byZip(orders)
                .transformWithState(
                        new Baskets(),
                        TimeMode.ProcessingTime(),
                        OutputMode.Update(),
                        QuietZips.byZip(initial),
                        Encoders.row(StructType.fromDDL("customer STRING, items STRING, last STRING")),
                        initial.encoder());
    }

    @Override
    public void init(OutputMode outputMode, TimeMode timeMode) {
        items = getHandle().getListState("items", Encoders.STRING(), TTLConfig.NONE());
        counts = getHandle().getMapState("counts", Encoders.STRING(), Encoders.LONG(), TTLConfig.NONE());
        last = getHandle().getValueState("last", Encoders.STRING(), new TTLConfig(Duration.ofMinutes(30)));
    }

    @Override
    public void handleInitialState(String customer, Row order, TimerValues times) {
        add(order.getString(1));
    }

    @Override
    public Iterator<Row> handleInputRows(String customer, Iterator<Row> orders, TimerValues times) {
        String before = last.exists() ? last.get() : "none";
        CollectionConverters.asJava(orders).forEachRemaining(order -> add(order.getString(1)));
        List<String> all = new ArrayList<>();
        CollectionConverters.asJava(items.get()).forEachRemaining(all::add);
        return CollectionConverters.asScala(
                List.of(row(customer, String.join(" ", all), before)).iterator());
    }

    private void add(String item) {
        items.appendValue(item);
        counts.updateValue(item, 1 + (counts.containsKey(item) ? counts.getValue(item) : 0));
        last.update(item);
    }
}
