package io.millrace.testkit;

import static io.millrace.testkit.StreamKit.row;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.KeyValueGroupedDataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.ExpiredTimerInfo;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StatefulProcessor;
import org.apache.spark.sql.streaming.TTLConfig;
import org.apache.spark.sql.streaming.TimeMode;
import org.apache.spark.sql.streaming.TimerValues;
import org.apache.spark.sql.streaming.ValueState;
import org.apache.spark.sql.types.StructType;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;

/** Counts the hits of each zip code, and emits the count after half an hour without a hit, by either time. */
final class QuietZips extends StatefulProcessor<String, Row, Row> {
    private static final long serialVersionUID = 1L;
    private static final long HALF_AN_HOUR = TimeUnit.MINUTES.toMillis(30);

    private final boolean byEventTime;

    @SuppressWarnings("NullAway.Init") // Spark calls init first.
    private transient ValueState<Long> count;

    private QuietZips(boolean byEventTime) {
        this.byEventTime = byEventTime;
    }

    static Dataset<Row> of(Dataset<Row> hits, TimeMode timeMode) {
        return byZip(hits)
                .transformWithState(
                        new QuietZips(timeMode.equals(TimeMode.EventTime())),
                        timeMode,
                        OutputMode.Append(),
                        Encoders.row(StructType.fromDDL("zip STRING, hits BIGINT")));
    }

    static KeyValueGroupedDataset<String, Row> byZip(Dataset<Row> hits) {
        MapFunction<Row, String> zip = hit -> hit.getString(0);
        return hits.groupByKey(zip, Encoders.STRING());
    }

    @Override
    public void init(OutputMode outputMode, TimeMode timeMode) {
        count = getHandle().getValueState("count", Encoders.LONG(), TTLConfig.NONE());
    }

    @Override
    public Iterator<Row> handleInputRows(String zip, Iterator<Row> hits, TimerValues times) {
        long seen = 0;
        long latest = byEventTime ? 0 : times.getCurrentProcessingTimeInMs();
        while (hits.hasNext()) {
            Row hit = hits.next();
            seen++;
            latest = byEventTime ? Math.max(latest, hit.getTimestamp(1).getTime()) : latest;
        }
        CollectionConverters.asJava(getHandle().listTimers())
                .forEachRemaining(timer -> getHandle().deleteTimer((Long) timer));
        getHandle().registerTimer(latest + HALF_AN_HOUR);
        count.update(seen + (count.exists() ? count.get() : 0));
        return rows();
    }

    @Override
    public Iterator<Row> handleExpiredTimer(String zip, TimerValues times, ExpiredTimerInfo timer) {
        long hits = count.get();
        count.clear();
        return rows(row(zip, hits));
    }

    private static Iterator<Row> rows(Row... rows) {
        return CollectionConverters.asScala(List.of(rows).iterator());
    }
}
