package io.millrace.testkit;

import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.connector.read.streaming.SupportsTriggerAvailableNow;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one input, and the Spark source that reads them. No row is ever removed, so that every batch can be read
 * again. The number of partitions may change between two reads.
 */
final class GivenRows implements AutoCloseable {
    private static final Map<String, GivenRows> ALL = new ConcurrentHashMap<>();
    private static final String ID = "given";

    private final String id = UUID.randomUUID().toString();
    private final String name;
    private final StructType schema;
    private final List<EncodedRow> rows = new ArrayList<>();
    private int nudges;
    private int maxRowsPerBatch = Integer.MAX_VALUE;
    private long read;
    private int timesOpened;
    private int partitions;
    private UnaryOperator<List<EncodedRow>> order = UnaryOperator.identity();

    GivenRows(String name, StructType schema, int partitions) {
        this.name = name;
        this.schema = schema;
        this.partitions = partitions;
        ALL.put(id, this);
    }

    String name() {
        return name;
    }

    StructType schema() {
        return schema;
    }

    synchronized void add(List<EncodedRow> more) {
        rows.addAll(more);
    }

    synchronized void partitions(int count) {
        this.partitions = count;
    }

    synchronized void maxRowsPerBatch(int count) {
        maxRowsPerBatch = count;
    }

    /** Whether the last batch has left rows for the next. */
    synchronized boolean hasMore() {
        return read < rows.size();
    }

    /** The end of a batch that begins at {@code from} and reads up to {@code end}, and no more than the limit. */
    private synchronized Count next(Count from, Count end) {
        read = Math.min(end.rows, from.rows + maxRowsPerBatch);
        return new Count(read, end.nudges);
    }

    /** The order in which the rows of a batch are read from now on. */
    synchronized void order(UnaryOperator<List<EncodedRow>> other) {
        this.order = other;
    }

    private synchronized void open() {
        timesOpened++;
    }

    /** How often a query has started to read it. */
    synchronized int timesOpened() {
        return timesOpened;
    }

    /** Makes a batch due that reads no row of this input. */
    synchronized void nudge() {
        nudges++;
    }

    /** Offsets as they are written, without the number of nudges. */
    static List<String> withoutNudges(List<String> offsets) {
        return offsets.stream()
                .map(offset -> offset.replaceFirst("\\.\\d+$", ""))
                .toList();
    }

    private synchronized @Nullable Count latest() {
        return rows.isEmpty() ? null : new Count(rows.size(), nudges);
    }

    private synchronized List<EncodedRow> slice(long from, long to) {
        return order.apply(List.copyOf(rows.subList(Math.toIntExact(from), Math.toIntExact(to))));
    }

    private synchronized InputPartition[] plan(long from, long to) {
        InputPartition[] plan = new InputPartition[partitions];
        for (int partition = 0; partition < plan.length; partition++) {
            plan[partition] = new Slice(id, from, to, partition, plan.length);
        }
        return plan;
    }

    Dataset<Row> stream(SparkSession spark) {
        return spark.readStream()
                .format(Provider.class.getName())
                .option(ID, id)
                .load();
    }

    @Override
    public void close() {
        ALL.remove(id);
    }

    private static GivenRows of(@Nullable String id) {
        GivenRows found = id == null ? null : ALL.get(id);
        if (found == null) {
            throw new IllegalStateException(
                    "The query reads an input of a test that has ended: start the query in the test of its input.");
        }
        return found;
    }

    /** Spark finds it by its class name. */
    public static final class Provider implements TableProvider {
        /** For Spark. */
        public Provider() {}

        @Override
        public StructType inferSchema(CaseInsensitiveStringMap options) {
            return of(options.get(ID)).schema;
        }

        @Override
        public Table getTable(StructType schema, Transform[] partitioning, Map<String, String> properties) {
            return new GivenTable(of(new CaseInsensitiveStringMap(properties).get(ID)));
        }
    }

    /** The table in a query plan. */
    record GivenTable(GivenRows rows) implements SupportsRead {
        @Override
        public String name() {
            return rows.name;
        }

        @Override
        @SuppressWarnings("deprecation") // Spark still calls it; its successor is built on it.
        public StructType schema() {
            return rows.schema;
        }

        @Override
        public Set<TableCapability> capabilities() {
            return EnumSet.of(TableCapability.MICRO_BATCH_READ);
        }

        @Override
        public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
            return () -> new GivenScan(rows);
        }
    }

    private record GivenScan(GivenRows rows) implements Scan {
        @Override
        public StructType readSchema() {
            return rows.schema;
        }

        @Override
        public MicroBatchStream toMicroBatchStream(String checkpointLocation) {
            rows.open();
            return new Stream(rows);
        }
    }

    /** Without support of the trigger "available now", Spark 4 would run one batch, and none without data after it. */
    private static final class Stream implements MicroBatchStream, SupportsTriggerAvailableNow {
        private final GivenRows rows;
        private @Nullable Supplier<@Nullable Count> end;

        Stream(GivenRows rows) {
            this.rows = rows;
        }

        @Override
        public Offset initialOffset() {
            return new Count(0, 0);
        }

        @Override
        public void prepareForTriggerAvailableNow() {
            Count available = rows.latest();
            end = () -> available;
        }

        @Override
        public @Nullable Offset latestOffset(Offset start, ReadLimit limit) {
            Supplier<@Nullable Count> fixed = end;
            Count available = fixed == null ? rows.latest() : fixed.get();
            return available == null ? null : rows.next((Count) start, available);
        }

        @Override
        public Offset latestOffset() {
            throw new UnsupportedOperationException("Spark asks for the latest offset with a limit.");
        }

        @Override
        public Offset deserializeOffset(String json) {
            return Count.parse(json);
        }

        @Override
        public InputPartition[] planInputPartitions(Offset start, Offset end) {
            return rows.plan(((Count) start).rows, ((Count) end).rows);
        }

        @Override
        public PartitionReaderFactory createReaderFactory() {
            return SparkRowInternals.readerFactory();
        }

        @Override
        public void commit(Offset end) {}

        @Override
        public void stop() {}

        @Override
        public String toString() {
            return rows.name;
        }
    }

    /** An offset: the number of rows given so far. */
    private static final class Count extends Offset {
        private final long rows;
        private final int nudges;

        Count(long rows, int nudges) {
            this.rows = rows;
            this.nudges = nudges;
        }

        static Count parse(String json) {
            int point = json.indexOf('.');
            return point < 0
                    ? new Count(Long.parseLong(json), 0)
                    : new Count(Long.parseLong(json.substring(0, point)), Integer.parseInt(json.substring(point + 1)));
        }

        @Override
        public String json() {
            return nudges == 0 ? Long.toString(rows) : rows + "." + nudges;
        }
    }

    /** Every {@code of}-th row of a range, beginning with row {@code partition} of it. */
    private record Slice(String id, long from, long to, int partition, int of)
            implements SparkRowInternals.RowPartition {
        @Override
        public List<EncodedRow> rows() {
            List<EncodedRow> range = GivenRows.of(id).slice(from, to);
            List<EncodedRow> rows = new ArrayList<>();
            for (int row = partition; row < range.size(); row += of) {
                rows.add(range.get(row));
            }
            return rows;
        }
    }
}
