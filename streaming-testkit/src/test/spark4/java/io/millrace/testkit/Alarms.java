package io.millrace.testkit;

import static io.millrace.testkit.StreamKit.row;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.MapState;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/** Sets a timer for each hit. Its variables and their fields are named as Spark or the kit names theirs. */
final class Alarms extends StatefulProcessor<String, Row, Row> {
    private static final long serialVersionUID = 1L;
    private static final String FIELDS = "key STRING, x INT, expires STRING";

    @SuppressWarnings("NullAway.Init") // Spark calls init first.
    private transient ValueState<Row> timers;

    @SuppressWarnings("NullAway.Init")
    private transient MapState<String, Row> byItem;

    private Alarms() {}

    /** The zip of each of {@code hits}. */
    static Dataset<Row> of(Dataset<Row> hits) {
        return QuietZips.byZip(hits)
                .transformWithState(
                        new Alarms(),
                        TimeMode.ProcessingTime(),
                        OutputMode.Update(),
                        Encoders.row(StructType.fromDDL("zip STRING")));
    }

    @Override
    public void init(OutputMode outputMode, TimeMode timeMode) {
        var fields = Encoders.row(StructType.fromDDL(FIELDS));
        timers = getHandle().getValueState("timers", fields, new TTLConfig(Duration.ofMinutes(10)));
        byItem = getHandle().getMapState("byItem", Encoders.STRING(), fields, TTLConfig.NONE());
    }

    @Override
    public Iterator<Row> handleInputRows(String zip, Iterator<Row> hits, TimerValues times) {
        getHandle().registerTimer(times.getCurrentProcessingTimeInMs() + TimeUnit.MINUTES.toMillis(5));
        timers.update(row("of the value", 1, "never"));
        byItem.updateValue("tea", row("of the map", 2, "never"));
        return CollectionConverters.asScala(List.of(row(zip)).iterator());
    }
}
