package io.millrace.benchmarks;

import static io.millrace.benchmarks.WriteRates.APPEND;
import static io.millrace.benchmarks.WriteRates.INSERT;
import static io.millrace.benchmarks.WriteRates.UPDATE;

import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.JdbcTarget;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Measures how fast 200,000 rows of a micro-batch are written to PostgreSQL by user code, by Spark's own writer and by
 * Millrace, compared with plain Java on one connection. All use one task and one connection, except {@code upsertOn}
 * and {@code upsertExactlyOnce}, which send on a second one, and the staged ones. {@code exactly_once_upsert_vs_limit}
 * compares {@code upsertExactlyOnce} in one task with the faster of the two limits, for new and for known keys, and is
 * the smaller ratio.
 */
final class JdbcBenchmark implements Benchmark {
    static final int STAGING_TASKS = 4;
    static final String OURS = "Millrace, upsertOn";
    static final String DEAD_LETTERS = "Millrace, upsertOn with dead letters";
    static final String BAD_ROWS = "Millrace, upsertOn with one bad row in 100";
    private static final String USER_BATCHES = "user code, batches of 1,000";
    private static final String REWRITTEN = "?reWriteBatchedInserts=true";
    private static final String LIMIT_COPY = "limit, COPY and merge";
    private static final String LIMIT_UNNEST = "limit, unnest";
    private static final String LIMIT_APPEND = "limit, COPY";
    static final String EXACTLY_ONCE = "Millrace, upsertExactlyOnce in one task";
    static final String EXACTLY_ONCE_STAGED = "Millrace, upsertExactlyOnce in " + STAGING_TASKS + " tasks";
    static final String ONE_TASK = "Millrace, appendExactlyOnce in one task";
    static final String STAGED = "Millrace, appendExactlyOnce in " + STAGING_TASKS + " tasks";
    private static final String STAGED_DEAD_LETTERS = STAGED + " with dead letters";
    private static final String STAGED_BAD_ROWS = STAGED + " with one bad row in 100";

    @Override
    public String run(Scale scale) throws Exception {
        long rows = scale.of(200_000, 200);
        long fewRows = scale.of(20_000, 100); // for the slow row at a time
        int rounds = scale.of(3, 0); // after one to warm up
        try (SparkSession spark = session();
                PostgresTable database = new PostgresTable()) {
            System.out.println("Spark " + spark.version() + ", " + database.version());
            List<Row> inserts = collected(JdbcRows.inserts(spark, rows, 1), rows);
            List<Row> updates = collected(JdbcRows.updates(spark, rows, 1), rows);
            WriteRates writes = new WriteRates(database, spark);
            for (int round = 0; round <= rounds; round++) {
                if (round == 1) {
                    writes.rates().clear();
                }
                limits(writes, database, inserts, updates);
                upserts(writes, database, rows, fewRows);
                appends(writes, database, inserts);
            }
            writes.rates().print();
            return figures(writes.rates(), heapRatio(database, scale.of(200_000, 2_000)));
        }
    }

    static SparkSession session() {
        return SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.adaptive.enabled", false)
                .config("spark.sql.shuffle.partitions", 1)
                .config("spark.log.level", "WARN")
                .getOrCreate();
    }

    private static List<Row> collected(Dataset<Row> rows, long count) throws Exception {
        List<Row> collected = new ArrayList<>();
        VoidFunction2<Dataset<Row>, Long> collect = (batch, id) -> collected.addAll(batch.collectAsList());
        MicroBatch.nanoseconds(rows.writeStream().foreachBatch(collect), count);
        return collected;
    }

    private static void limits(WriteRates writes, PostgresTable database, List<Row> inserts, List<Row> updates)
            throws Exception {
        writes.upserts(
                LIMIT_COPY,
                inserts.size(),
                () -> plain(database, inserts, PlainJdbc::copyAndMerge),
                () -> plain(database, updates, PlainJdbc::copyAndMerge));
        writes.upserts(
                LIMIT_UNNEST,
                inserts.size(),
                () -> plain(database, inserts, PlainJdbc::unnest),
                () -> plain(database, updates, PlainJdbc::unnest));
    }

    private static void upserts(WriteRates writes, PostgresTable database, long count, long fewRows) throws Exception {
        JdbcTarget target = Sinks.jdbc(database.database()).table("bench");
        UserCode code = UserCode.onPostgres(database.url(), database.login());
        writes.upserts(OURS, count, rows -> target.upsertOn("id").write(rows));
        JdbcWriter letters =
                rows -> target.upsertOn("id").deadLettersTo("bench_refused").write(rows);
        writes.upserts(DEAD_LETTERS, count, letters);
        writes.upsertsWithBad(BAD_ROWS, count, letters);
        JdbcWriter exactlyOnce =
                rows -> target.upsertExactlyOnce("id").allowNewCheckpoint().write(rows);
        writes.upserts(EXACTLY_ONCE, count, exactlyOnce);
        writes.upserts(EXACTLY_ONCE_STAGED, count, STAGING_TASKS, exactlyOnce);
        writes.upserts(USER_BATCHES, count, rows -> code.inBatches(rows, REWRITTEN));
        writes.upserts("user code, row at a time", fewRows, code::rowAtATime);
    }

    private static void appends(WriteRates writes, PostgresTable database, List<Row> inserts) throws Exception {
        JdbcTarget target = Sinks.jdbc(database.database()).table("bench");
        UserCode code = UserCode.onPostgres(database.url(), database.login());
        writes.append(LIMIT_APPEND, inserts.size(), () -> plain(database, inserts, PlainJdbc::copy));
        writes.append(
                ONE_TASK, inserts.size(), 1, rows -> target.appendExactlyOnce().write(rows));
        writes.append(
                STAGED,
                inserts.size(),
                STAGING_TASKS,
                rows -> target.appendExactlyOnce().write(rows));
        JdbcWriter letters = rows ->
                target.appendExactlyOnce().deadLettersTo("bench_refused").write(rows);
        writes.append(STAGED_DEAD_LETTERS, inserts.size(), STAGING_TASKS, letters);
        writes.appendWithBad(STAGED_BAD_ROWS, inserts.size(), STAGING_TASKS, letters);
        writes.append(
                "Spark's write.jdbc",
                inserts.size(),
                1,
                rows -> code.sparkAppend(rows, REWRITTEN + "&stringtype=unspecified"));
    }

    private static long plain(PostgresTable database, List<Row> rows, PlainWriter writer) throws Exception {
        try (Connection connection = database.connect()) {
            long start = System.nanoTime();
            writer.write(connection, rows);
            return System.nanoTime() - start;
        }
    }

    private static String heapRatio(PostgresTable database, long rows) throws Exception {
        long few = WriterHeap.peakBytes(database, rows);
        long many = WriterHeap.peakBytes(database, 10 * rows);
        System.out.printf(
                Locale.ROOT,
                "Live heap of the writer at its peak: %,d bytes for %,d rows, %,d bytes for %,d rows%n",
                few,
                rows,
                many,
                10 * rows);
        return String.format(Locale.ROOT, "%.2f", (double) many / few);
    }

    private static String figures(RateTable table, String heapRatio) {
        long insertLimit = Math.max(table.median(INSERT, LIMIT_COPY), table.median(INSERT, LIMIT_UNNEST));
        long updateLimit = Math.max(table.median(UPDATE, LIMIT_COPY), table.median(UPDATE, LIMIT_UNNEST));
        long copy = table.median(APPEND, LIMIT_APPEND);
        return "jdbc.insert_vs_limit=" + table.ratio(INSERT, OURS, insertLimit)
                + " jdbc.update_vs_limit=" + table.ratio(UPDATE, OURS, updateLimit)
                + " jdbc.insert_vs_good=" + table.ratio(INSERT, OURS, table.median(INSERT, USER_BATCHES))
                + " jdbc.update_vs_good=" + table.ratio(UPDATE, OURS, table.median(UPDATE, USER_BATCHES))
                + " jdbc.exactly_once_append_vs_copy=" + table.ratio(APPEND, ONE_TASK, copy)
                + " jdbc.exactly_once_staged_vs_copy=" + table.ratio(APPEND, STAGED, copy)
                + " jdbc.exactly_once_upsert_vs_limit="
                + table.lowerRatio(EXACTLY_ONCE, insertLimit, updateLimit)
                + " jdbc.dead_letters_vs_without=" + table.lowerRatio(DEAD_LETTERS, OURS)
                + " jdbc.bad_rows_vs_without=" + table.lowerRatio(BAD_ROWS, OURS)
                + " jdbc.exactly_once_dead_letters_vs_without="
                + table.ratio(APPEND, STAGED_DEAD_LETTERS, table.median(APPEND, STAGED))
                + " jdbc.exactly_once_bad_rows_vs_without="
                + table.ratio(APPEND, STAGED_BAD_ROWS, table.median(APPEND, STAGED))
                + " jdbc.heap_ratio_10x=" + heapRatio;
    }

    /** Writes rows that are in memory. */
    @FunctionalInterface
    private interface PlainWriter {
        void write(Connection connection, List<Row> rows) throws Exception;
    }
}
