package io.millrace.core.internal.kafka;

import java.util.Arrays;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/**
 * The unread rows of a query as Spark saw them when it planned a batch; all zero without a Kafka source.
 *
 * @param rows those that the batch does not read: none unless the source limits its batches
 * @param rowsBefore with those that the batch itself reads
 * @param largestPartition the most of {@code rows} in one partition
 */
public record KafkaLag(long rows, long rowsBefore, long largestPartition) {
    public static KafkaLag of(StreamingQueryProgress batch) {
        return SourceOffsets.of(batch).stream().map(KafkaLag::of).reduce(new KafkaLag(0, 0, 0), KafkaLag::plus);
    }

    private static KafkaLag of(SourceOffsets source) {
        long[] unread = source.latest().entrySet().stream()
                .mapToLong(latest -> latest.getValue() - source.end().getOrDefault(latest.getKey(), latest.getValue()))
                .map(rows -> Math.max(0, rows))
                .toArray();
        long rows = Arrays.stream(unread).sum();
        return new KafkaLag(
                rows, rows + source.inputRows(), Arrays.stream(unread).max().orElse(0));
    }

    private KafkaLag plus(KafkaLag more) {
        return new KafkaLag(
                rows + more.rows, rowsBefore + more.rowsBefore, Math.max(largestPartition, more.largestPartition));
    }
}
