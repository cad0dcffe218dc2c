package io.millrace.core.internal.kafka;

import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.connector.read.streaming.ReportsSourceMetrics;
import org.apache.spark.sql.connector.read.streaming.SupportsTriggerAvailableNow;
import org.jspecify.annotations.Nullable;

/** Spark's own stream of Kafka, whose latest offsets are never beyond an end. */
final class KafkaRangeStream implements MicroBatchStream, SupportsTriggerAvailableNow, ReportsSourceMetrics {
    private final MicroBatchStream kafka;
    private final KafkaEnd end;

    KafkaRangeStream(MicroBatchStream kafka, KafkaEnd end) {
        this.kafka = kafka;
        this.end = end;
    }

    /** Spark reads up to it: what Kafka has now or at the start of the query, but nothing beyond the end. */
    @Override
    public @Nullable Offset latestOffset(Offset start, ReadLimit limit) {
        Offset latest = triggered().latestOffset(start, limit);
        return latest == null ? null : offset(end.cap(start.json(), latest.json()));
    }

    @Override
    public Offset latestOffset() {
        return kafka.latestOffset();
    }

    @Override
    public @Nullable Offset reportLatestOffset() {
        Offset latest = triggered().reportLatestOffset();
        return latest == null ? null : offset(end.cap("{}", latest.json()));
    }

    @Override
    public ReadLimit getDefaultReadLimit() {
        return triggered().getDefaultReadLimit();
    }

    @Override
    public void prepareForTriggerAvailableNow() {
        triggered().prepareForTriggerAvailableNow();
    }

    @Override
    public Offset initialOffset() {
        return kafka.initialOffset();
    }

    @Override
    public InputPartition[] planInputPartitions(Offset start, Offset end) {
        return kafka.planInputPartitions(start, end);
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
        return kafka.createReaderFactory();
    }

    @Override
    public Offset deserializeOffset(String json) {
        return kafka.deserializeOffset(json);
    }

    @Override
    public void commit(Offset end) {
        kafka.commit(end);
    }

    @Override
    public void stop() {
        kafka.stop();
    }

    @Override
    public Map<String, String> metrics(Optional<Offset> latestConsumedOffset) {
        return ((ReportsSourceMetrics) kafka).metrics(latestConsumedOffset);
    }

    @Override
    public String toString() {
        return kafka + " until " + end;
    }

    private SupportsTriggerAvailableNow triggered() {
        return (SupportsTriggerAvailableNow) kafka;
    }

    private Offset offset(String json) {
        return kafka.deserializeOffset(json);
    }
}
