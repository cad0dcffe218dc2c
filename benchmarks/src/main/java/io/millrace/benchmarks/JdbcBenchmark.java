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
 * What it costs to bring 200,000 rows from a micro-batch into PostgreSQL, for what users write, for Spark's own writer
 * and for ours, against plain Java on one connection. Every way has one task and one connection, but for
 * {@code upsertOn}, which sends on a second one, and for the staged one.
 */
final class JdbcBenchmark implements Benchmark {
    private static final long ROWS = 200_000;
    /** A row at a time is slow enough to be measured on less. */
    private static final long FEW = 20_000;

    private static final int ROUNDS = 3;
    private static final int STAGING_TASKS = 4;
    private static final String OURS = "ours, upsertOn";
    private static final String LETTERS = "ours, upsertOn with dead letters";
    private static final String BAD = "ours, upsertOn with one bad row in 100";
    private static final String GOOD = "user code, batches of 1,000";
    private static final String REWRITTEN = "?reWriteBatchedInserts=true";
    private static final String LIMIT_COPY = "limit, COPY and merge";
    private static final String LIMIT_UNNEST = "limit, unnest";
    private static final String LIMIT_APPEND = "limit, COPY";
    private static final String ONE_TASK = "ours, appendExactlyOnce in one task";
    private static final String STAGED = "ours, appendExactlyOnce in " + STAGING_TASKS + " tasks";
    private static final String STAGED_LETTERS = STAGED + " with dead letters";
    private static final String STAGED_BAD = STAGED + " with one bad row in 100";

    @Override
    public String run() throws Exception {
        try (SparkSession spark = session();
                BenchDatabase database = new BenchDatabase()) {
            System.out.println("Spark " + spark.version() + ", " + database.version());
            List<Row> inserts = collected(JdbcRows.inserts(spark, ROWS, 1));
            List<Row> updates = collected(JdbcRows.updates(spark, ROWS, 1));
            WriteRates ways = new WriteRates(database, spark);
            for (int round = 0; round <= ROUNDS; round++) {
                if (round == 1) {
                    ways.rates().clear();
                }
                limits(ways, database, inserts, updates);
                upserts(ways, database);
                appends(ways, database, inserts);
            }
            ways.rates().print();
            return figures(ways.rates(), heapRatio(database));
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

    private static List<Row> collected(Dataset<Row> rows) throws Exception {
        List<Row> collected = new ArrayList<>();
        VoidFunction2<Dataset<Row>, Long> collect = (batch, id) -> collected.addAll(batch.collectAsList());
        MicroBatch.nanoseconds(rows.writeStream().foreachBatch(collect), ROWS);
        return collected;
    }

    private static void limits(WriteRates ways, BenchDatabase database, List<Row> inserts, List<Row> updates)
            throws Exception {
        ways.upserts(
                LIMIT_COPY,
                ROWS,
                () -> plain(database, inserts, PlainJdbc::copyAndMerge),
                () -> plain(database, updates, PlainJdbc::copyAndMerge));
        ways.upserts(
                LIMIT_UNNEST,
                ROWS,
                () -> plain(database, inserts, PlainJdbc::unnest),
                () -> plain(database, updates, PlainJdbc::unnest));
    }

    private static void upserts(WriteRates ways, BenchDatabase database) throws Exception {
        JdbcTarget target = Sinks.jdbc(database.database()).table("bench");
        UserCode code = UserCode.onPostgres(database.url(), database.login());
        ways.upserts(OURS, ROWS, rows -> target.upsertOn("id").write(rows));
        JdbcWriter letters =
                rows -> target.upsertOn("id").deadLettersTo("bench_refused").write(rows);
        ways.upserts(LETTERS, ROWS, letters);
        ways.upsertsWithBad(BAD, ROWS, letters);
        ways.upserts(GOOD, ROWS, rows -> code.inBatches(rows, REWRITTEN));
        ways.upserts("user code, row at a time", FEW, code::rowAtATime);
    }

    private static void appends(WriteRates ways, BenchDatabase database, List<Row> inserts) throws Exception {
        JdbcTarget target = Sinks.jdbc(database.database()).table("bench");
        UserCode code = UserCode.onPostgres(database.url(), database.login());
        ways.append(LIMIT_APPEND, ROWS, () -> plain(database, inserts, PlainJdbc::copy));
        ways.append(ONE_TASK, ROWS, 1, rows -> target.appendExactlyOnce().write(rows));
        ways.append(
                STAGED, ROWS, STAGING_TASKS, rows -> target.appendExactlyOnce().write(rows));
        JdbcWriter letters = rows ->
                target.appendExactlyOnce().deadLettersTo("bench_refused").write(rows);
        ways.append(STAGED_LETTERS, ROWS, STAGING_TASKS, letters);
        ways.appendWithBad(STAGED_BAD, ROWS, STAGING_TASKS, letters);
        ways.append(
                "Spark's write.jdbc", ROWS, 1, rows -> code.sparkAppend(rows, REWRITTEN + "&stringtype=unspecified"));
    }

    private static long plain(BenchDatabase database, List<Row> rows, PlainWriter writer) throws Exception {
        try (Connection connection = database.connect()) {
            long start = System.nanoTime();
            writer.write(connection, rows);
            return System.nanoTime() - start;
        }
    }

    private static String heapRatio(BenchDatabase database) throws Exception {
        long few = WriterHeap.peakBytes(database, ROWS);
        long many = WriterHeap.peakBytes(database, 10 * ROWS);
        System.out.printf(
                Locale.ROOT,
                "Live heap of the writer at its peak: %,d bytes for %,d rows, %,d bytes for %,d rows%n",
                few,
                ROWS,
                many,
                10 * ROWS);
        return String.format(Locale.ROOT, "%.2f", (double) many / few);
    }

    private static String figures(RateTable table, String heapRatio) {
        long insertLimit = Math.max(table.median(INSERT, LIMIT_COPY), table.median(INSERT, LIMIT_UNNEST));
        long updateLimit = Math.max(table.median(UPDATE, LIMIT_COPY), table.median(UPDATE, LIMIT_UNNEST));
        long copy = table.median(APPEND, LIMIT_APPEND);
        return "jdbc.insert_vs_limit=" + table.ratio(INSERT, OURS, insertLimit)
                + " jdbc.update_vs_limit=" + table.ratio(UPDATE, OURS, updateLimit)
                + " jdbc.insert_vs_good=" + table.ratio(INSERT, OURS, table.median(INSERT, GOOD))
                + " jdbc.update_vs_good=" + table.ratio(UPDATE, OURS, table.median(UPDATE, GOOD))
                + " jdbc.exactly_once_append_vs_copy=" + table.ratio(APPEND, ONE_TASK, copy)
                + " jdbc.exactly_once_staged_vs_copy=" + table.ratio(APPEND, STAGED, copy)
                + " jdbc.dead_letters_vs_without=" + table.lowerRatio(LETTERS, OURS)
                + " jdbc.bad_rows_vs_without=" + table.lowerRatio(BAD, OURS)
                + " jdbc.exactly_once_dead_letters_vs_without="
                + table.ratio(APPEND, STAGED_LETTERS, table.median(APPEND, STAGED))
                + " jdbc.exactly_once_bad_rows_vs_without="
                + table.ratio(APPEND, STAGED_BAD, table.median(APPEND, STAGED))
                + " jdbc.heap_ratio_10x=" + heapRatio;
    }

    /** Writes rows that lie ready. */
    @FunctionalInterface
    private interface PlainWriter {
        void write(Connection connection, List<Row> rows) throws Exception;
    }
}
