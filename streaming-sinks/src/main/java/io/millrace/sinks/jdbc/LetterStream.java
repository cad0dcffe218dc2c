package io.millrace.sinks.jdbc;

import io.millrace.core.internal.QueryProperties;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.connector.read.streaming.SupportsTriggerAvailableNow;

/**
 * Reads letters in batches, and removes those of each batch before it looks for the next, once Spark has committed it.
 * Its offset is the number of batches so far; what is in each is in a file of the checkpoint, written before Spark
 * plans it.
 */
final class LetterStream implements MicroBatchStream, SupportsTriggerAvailableNow {
    private final SparkSession spark;
    private final LetterTable letters;
    private final LetterFiles files;
    private long available = Long.MAX_VALUE;

    private LetterStream(SparkSession spark, LetterTable letters, LetterFiles files) {
        this.spark = spark;
        this.letters = letters;
        this.files = files;
    }

    static LetterStream at(String location, LetterTable letters) {
        SparkSession spark = SparkSession.active();
        return new LetterStream(spark, letters, new LetterFiles(spark, location, letters));
    }

    @Override
    public Offset initialOffset() {
        return new BatchCount(0);
    }

    @Override
    public Offset deserializeOffset(String json) {
        return new BatchCount(Long.parseLong(json));
    }

    /** Letters may come while the query runs: it ends after as many as there are now. */
    @Override
    public void prepareForTriggerAvailableNow() {
        available = letters.count(queryId());
    }

    @Override
    public Offset latestOffset(Offset start, ReadLimit limit) {
        long before = ((BatchCount) start).batches;
        removeUpTo(before);
        long next = before + 1;
        // Spark may not have planned a batch whose letters are known already.
        if (files.offsets().contains(next)) {
            return new BatchCount(next);
        }
        List<LetterKey> keys = available > 0 ? letters.keys(queryId()) : List.of();
        if (keys.isEmpty()) {
            return start;
        }
        available -= keys.size();
        files.write(next, keys);
        return new BatchCount(next);
    }

    private void removeUpTo(long offset) {
        List<Long> read =
                files.offsets().stream().filter(file -> file <= offset).toList();
        if (read.isEmpty() || !files.isAllCommitted() || QueryProperties.isRehearsal(spark.sparkContext())) {
            return;
        }
        for (long file : read) {
            letters.remove(files.read(file));
            files.delete(file);
        }
    }

    private String queryId() {
        return Objects.requireNonNull(QueryProperties.queryId(spark.sparkContext()));
    }

    @Override
    public Offset latestOffset() {
        throw new UnsupportedOperationException("Spark asks for the latest offset with a limit.");
    }

    @Override
    public InputPartition[] planInputPartitions(Offset start, Offset end) {
        List<LetterKey> keys = LongStream.rangeClosed(((BatchCount) start).batches + 1, ((BatchCount) end).batches)
                .boxed()
                .flatMap(offset -> files.read(offset).stream())
                .toList();
        // One task keeps the order of the rows.
        return keys.isEmpty() ? new InputPartition[0] : new InputPartition[] {new LetterReaders.Batch(keys)};
    }

    @Override
    public PartitionReaderFactory createReaderFactory() {
        return new LetterReaders(letters);
    }

    /** Spark calls it when it plans the next batch, and so not after the last one: see {@link #latestOffset}. */
    @Override
    public void commit(Offset end) {}

    @Override
    public void stop() {}

    @Override
    public String toString() {
        return letters.label();
    }

    /** The number of batches of letters. */
    private static final class BatchCount extends Offset {
        private final long batches;

        BatchCount(long batches) {
            this.batches = batches;
        }

        @Override
        public String json() {
            return Long.toString(batches);
        }
    }
}
