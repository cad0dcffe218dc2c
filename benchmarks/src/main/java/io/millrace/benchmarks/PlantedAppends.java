package io.millrace.benchmarks;

import static io.millrace.benchmarks.PlantedSink.inMemory;

import io.millrace.testkit.SinkContract;
import io.millrace.testkit.SinkContract.Promise;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Sinks that append to a {@link MemoryTable}, each with one fault that users' code has, and two sound ones. */
final class PlantedAppends {
    private static final MemoryTable TABLE = MemoryTable.TABLE;
    private static final int LEDGER_SIZE = 10;
    private static final int BUFFER = 20;
    private static final int SAFE_SIZE = 50_000;
    private static final Map<String, Long> LAST_BATCHES = new ConcurrentHashMap<>();
    private static final List<Row> PENDING = new ArrayList<>();

    private PlantedAppends() {}

    static List<PlantedSink> all() {
        return List.of(
                inMemory(
                        "the ledger forgets after 10 batches",
                        Promise.APPEND_EXACTLY_ONCE,
                        PlantedAppends::shortLedger),
                inMemory("the ledger is in the driver's memory", Promise.APPEND_EXACTLY_ONCE, PlantedAppends::inDriver),
                inMemory(
                        "the ledger orders batches as texts",
                        Promise.APPEND_EXACTLY_ONCE,
                        PlantedAppends::ledgerOfTexts),
                inMemory(
                        "equal rows of a batch become one",
                        Promise.APPEND_EXACTLY_ONCE,
                        (rows, id) ->
                                TABLE.appendAbove(id, rows.dropDuplicates().collectAsList())),
                new PlantedSink(
                        "a batch is known by its epoch and partition",
                        Promise.APPEND_EXACTLY_ONCE,
                        SinkContract.COLUMNS,
                        List.of("id"),
                        "",
                        rows -> rows.writeStream().foreach(new ByPartition())),
                inMemory(
                        "a row is known by its number in the batch",
                        Promise.APPEND_EXACTLY_ONCE,
                        PlantedAppends::byNumber),
                inMemory(
                        "a batch has its first 50,000 rows",
                        Promise.APPEND_EXACTLY_ONCE,
                        (rows, id) ->
                                TABLE.appendAbove(id, rows.limit(SAFE_SIZE).collectAsList())),
                inMemory(
                        "the batch is marked as done before its rows are written",
                        Promise.APPEND_AT_LEAST_ONCE,
                        PlantedAppends::markFirst),
                inMemory(
                        "rows wait in a buffer when their batch is committed",
                        Promise.APPEND_AT_LEAST_ONCE,
                        PlantedAppends::buffered),
                inMemory(
                        PlantedSink.SOUND + "append with a ledger",
                        Promise.APPEND_EXACTLY_ONCE,
                        (rows, id) -> TABLE.appendAbove(id, rows.collectAsList())),
                inMemory(
                        PlantedSink.SOUND + "append at least once",
                        Promise.APPEND_AT_LEAST_ONCE,
                        (rows, id) -> TABLE.append(rows.collectAsList())));
    }

    private static void shortLedger(Dataset<Row> rows, long id) {
        if (TABLE.marks().size() >= LEDGER_SIZE) {
            TABLE.marks().stream().min(Comparator.comparing(Long::valueOf)).ifPresent(TABLE::unmark);
        }
        TABLE.appendOnce(Long.toString(id), rows.collectAsList());
    }

    private static void inDriver(Dataset<Row> rows, long id) {
        String query = rows.sparkSession().sparkContext().getLocalProperty("sql.streaming.queryId");
        if (LAST_BATCHES.getOrDefault(query, -1L) < id) {
            TABLE.append(rows.collectAsList());
            LAST_BATCHES.put(query, id);
        }
    }

    private static void ledgerOfTexts(Dataset<Row> rows, long id) {
        String last = TABLE.marks().stream().max(Comparator.naturalOrder()).orElse("");
        if (Long.toString(id).compareTo(last) > 0) {
            TABLE.appendOnce(Long.toString(id), rows.collectAsList());
        }
    }

    private static void byNumber(Dataset<Row> rows, long id) {
        int number = 0;
        for (Row row : rows.collectAsList()) {
            TABLE.put(id + "-" + number++, row, (known, again) -> known);
        }
    }

    private static void markFirst(Dataset<Row> rows, long id) {
        if (!TABLE.marks().contains(Long.toString(id))) {
            TABLE.mark(Long.toString(id));
            TABLE.append(rows.collectAsList());
        }
    }

    private static synchronized void buffered(Dataset<Row> rows, long id) {
        if (id == 0) {
            PENDING.clear();
        }
        PENDING.addAll(rows.collectAsList());
        if (PENDING.size() >= BUFFER) {
            TABLE.append(List.copyOf(PENDING));
            PENDING.clear();
        }
    }

    /** Writes a partition when it is complete, unless it has been written. */
    private static final class ByPartition extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        private transient @Nullable List<Row> rows;
        private String work = "";

        @Override
        public boolean open(long partition, long epoch) {
            rows = new ArrayList<>();
            work = epoch + "-" + partition;
            return true;
        }

        @Override
        public void process(Row row) {
            List<Row> open = rows;
            if (open != null) {
                open.add(row);
            }
        }

        @Override
        public void close(@Nullable Throwable error) {
            List<Row> open = rows;
            if (error == null && open != null) {
                MemoryTable.TABLE.appendOnce(work, open);
            }
        }
    }
}
