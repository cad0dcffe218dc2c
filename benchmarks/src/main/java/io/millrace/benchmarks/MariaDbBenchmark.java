package io.millrace.benchmarks;

import static io.millrace.benchmarks.JdbcBenchmark.BAD_ROWS;
import static io.millrace.benchmarks.JdbcBenchmark.DEAD_LETTERS;
import static io.millrace.benchmarks.JdbcBenchmark.ONE_TASK;
import static io.millrace.benchmarks.JdbcBenchmark.OURS;
import static io.millrace.benchmarks.JdbcBenchmark.STAGED;
import static io.millrace.benchmarks.JdbcBenchmark.STAGING_TASKS;
import static io.millrace.benchmarks.WriteRates.APPEND;
import static io.millrace.benchmarks.WriteRates.INSERT;
import static io.millrace.benchmarks.WriteRates.UPDATE;

import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.JdbcTarget;
import org.apache.spark.sql.SparkSession;

/**
 * Measures how fast 200,000 rows of a micro-batch are written to MariaDB by user code and by Millrace. All use one task
 * and one connection, except the staged append. Spark's own writer does not support URLs of MariaDB.
 */
final class MariaDbBenchmark implements Benchmark {
    private static final String USE_BULK = "?useBulkStmts=true";
    private static final String BATCHES = "user code, batches of 1,000";
    private static final String BULK = "user code, batches of 1,000, useBulkStmts";
    private static final String ROW_AT_A_TIME = "user code, row at a time";

    @Override
    public String run(Scale scale) throws Exception {
        long rows = scale.of(200_000, 200);
        long fewRows = scale.of(5_000, 100); // for the slow row at a time
        int rounds = scale.of(3, 0); // after one to warm up
        try (SparkSession spark = JdbcBenchmark.session()) {
            MariaDbTable table = new MariaDbTable();
            System.out.println("Spark " + spark.version() + ", " + table.version());
            WriteRates writes = new WriteRates(table, spark);
            for (int round = 0; round <= rounds; round++) {
                if (round == 1) {
                    writes.rates().clear();
                }
                round(writes, table, rows, fewRows);
            }
            writes.rates().print();
            return figures(writes.rates());
        }
    }

    private static void round(WriteRates writes, MariaDbTable table, long count, long fewRows) throws Exception {
        JdbcTarget target = Sinks.jdbc(table.database()).table("bench");
        UserCode code = UserCode.onMariaDb(table.url(), table.login());
        writes.upserts(OURS, count, rows -> target.upsertOn("id").write(rows));
        JdbcWriter letters =
                rows -> target.upsertOn("id").deadLettersTo("bench_refused").write(rows);
        writes.upserts(DEAD_LETTERS, count, letters);
        writes.upsertsWithBad(BAD_ROWS, count, letters);
        writes.upserts(BATCHES, count, rows -> code.inBatches(rows, ""));
        writes.upserts(BULK, count, rows -> code.inBatches(rows, USE_BULK));
        writes.upserts(ROW_AT_A_TIME, fewRows, code::rowAtATime);
        writes.append(ONE_TASK, count, 1, rows -> target.appendExactlyOnce().write(rows));
        writes.append(
                STAGED, count, STAGING_TASKS, rows -> target.appendExactlyOnce().write(rows));
        writes.append(BATCHES, count, 1, rows -> code.inBatches(rows, ""));
        writes.append(BULK, count, 1, rows -> code.inBatches(rows, USE_BULK));
    }

    /** Returns the ratios to the faster user code of each job. */
    private static String figures(RateTable rates) {
        return "mariadb.insert_vs_good=" + rates.ratio(INSERT, OURS, good(rates, INSERT))
                + " mariadb.update_vs_good=" + rates.ratio(UPDATE, OURS, good(rates, UPDATE))
                + " mariadb.insert_vs_row_at_a_time="
                + rates.ratio(INSERT, OURS, rates.median(INSERT, ROW_AT_A_TIME))
                + " mariadb.exactly_once_append_vs_good=" + rates.ratio(APPEND, ONE_TASK, good(rates, APPEND))
                + " mariadb.exactly_once_staged_vs_good=" + rates.ratio(APPEND, STAGED, good(rates, APPEND))
                + " mariadb.dead_letters_vs_without=" + rates.lowerRatio(DEAD_LETTERS, OURS)
                + " mariadb.bad_rows_vs_without=" + rates.lowerRatio(BAD_ROWS, OURS);
    }

    private static long good(RateTable rates, String job) {
        return Math.max(rates.median(job, BATCHES), rates.median(job, BULK));
    }
}
