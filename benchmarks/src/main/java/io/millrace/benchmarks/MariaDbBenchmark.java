package io.millrace.benchmarks;

import static io.millrace.benchmarks.WriteRates.APPEND;
import static io.millrace.benchmarks.WriteRates.INSERT;
import static io.millrace.benchmarks.WriteRates.UPDATE;

import io.millrace.sinks.Sinks;
import io.millrace.sinks.jdbc.JdbcTarget;
import org.apache.spark.sql.SparkSession;

/**
 * What it costs to bring 200,000 rows from a micro-batch into MariaDB, for what users write and for ours. Every way has
 * one task and one connection, but for the staged one. Spark's own writer takes no URL of MariaDB.
 */
final class MariaDbBenchmark implements Benchmark {
    private static final long ROWS = 200_000;
    /** A row at a time is slow enough to be measured on less. */
    private static final long FEW = 5_000;

    private static final int ROUNDS = 3;
    private static final int STAGING_TASKS = 4;
    private static final String USE_BULK = "?useBulkStmts=true";
    private static final String OURS = "ours, upsertOn";
    private static final String LETTERS = "ours, upsertOn with dead letters";
    private static final String BAD = "ours, upsertOn with one bad row in 100";
    private static final String BATCHES = "user code, batches of 1,000";
    private static final String BULK = "user code, batches of 1,000, useBulkStmts";
    private static final String ROW_AT_A_TIME = "user code, row at a time";
    private static final String ONE_TASK = "ours, appendExactlyOnce in one task";
    private static final String STAGED = "ours, appendExactlyOnce in " + STAGING_TASKS + " tasks";

    @Override
    public String run() throws Exception {
        try (SparkSession spark = JdbcBenchmark.session()) {
            MariaDbTable table = new MariaDbTable();
            System.out.println("Spark " + spark.version() + ", " + table.version());
            WriteRates ways = new WriteRates(table, spark);
            for (int round = 0; round <= ROUNDS; round++) {
                if (round == 1) {
                    ways.rates().clear();
                }
                round(ways, table);
            }
            ways.rates().print();
            return figures(ways.rates());
        }
    }

    private static void round(WriteRates ways, MariaDbTable table) throws Exception {
        JdbcTarget target = Sinks.jdbc(table.database()).table("bench");
        UserCode code = UserCode.onMariaDb(table.url(), table.login());
        ways.upserts(OURS, ROWS, rows -> target.upsertOn("id").write(rows));
        JdbcWriter letters =
                rows -> target.upsertOn("id").deadLettersTo("bench_refused").write(rows);
        ways.upserts(LETTERS, ROWS, letters);
        ways.upsertsWithBad(BAD, ROWS, letters);
        ways.upserts(BATCHES, ROWS, rows -> code.inBatches(rows, ""));
        ways.upserts(BULK, ROWS, rows -> code.inBatches(rows, USE_BULK));
        ways.upserts(ROW_AT_A_TIME, FEW, code::rowAtATime);
        ways.append(ONE_TASK, ROWS, 1, rows -> target.appendExactlyOnce().write(rows));
        ways.append(
                STAGED, ROWS, STAGING_TASKS, rows -> target.appendExactlyOnce().write(rows));
        ways.append(BATCHES, ROWS, 1, rows -> code.inBatches(rows, ""));
        ways.append(BULK, ROWS, 1, rows -> code.inBatches(rows, USE_BULK));
    }

    /** Against the faster of the two good ways, each time. */
    private static String figures(RateTable rates) {
        return "mariadb.insert_vs_good=" + rates.ratio(INSERT, OURS, good(rates, INSERT))
                + " mariadb.update_vs_good=" + rates.ratio(UPDATE, OURS, good(rates, UPDATE))
                + " mariadb.insert_vs_row_at_a_time="
                + rates.ratio(INSERT, OURS, rates.median(INSERT, ROW_AT_A_TIME))
                + " mariadb.exactly_once_append_vs_good=" + rates.ratio(APPEND, ONE_TASK, good(rates, APPEND))
                + " mariadb.exactly_once_staged_vs_good=" + rates.ratio(APPEND, STAGED, good(rates, APPEND))
                + " mariadb.dead_letters_vs_without=" + rates.lowerRatio(LETTERS, OURS)
                + " mariadb.bad_rows_vs_without=" + rates.lowerRatio(BAD, OURS);
    }

    private static long good(RateTable rates, String job) {
        return Math.max(rates.median(job, BATCHES), rates.median(job, BULK));
    }
}
