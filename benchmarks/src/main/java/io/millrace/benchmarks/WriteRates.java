package io.millrace.benchmarks;

import java.sql.SQLException;
import org.apache.spark.sql.SparkSession;

/** Rates of ways to write the table {@code bench}: new keys, then the same keys again; or a plain append. */
final class WriteRates {
    static final String INSERT = "new keys";
    static final String UPDATE = "same keys";
    static final String APPEND = "append";

    private final RateTable rates = new RateTable();
    private final BenchTable table;
    private final SparkSession spark;

    WriteRates(BenchTable table, SparkSession spark) {
        this.table = table;
        this.spark = spark;
    }

    RateTable rates() {
        return rates;
    }

    /** The same rows through a micro-batch of one task. */
    void upserts(String way, long rows, JdbcWriter writer) throws Exception {
        upserts(
                way,
                rows,
                () -> MicroBatch.nanoseconds(writer.write(JdbcRows.inserts(spark, rows, 1)), rows),
                () -> MicroBatch.nanoseconds(writer.write(JdbcRows.updates(spark, rows, 1)), rows));
    }

    void upserts(String way, long rows, Measurement insert, Measurement update) throws Exception {
        table.fresh(true);
        rates.add(INSERT, way, rows, insert.run());
        table.settle();
        rates.add(UPDATE, way, rows, update.run());
        table.holds(rows);
    }

    /** The same rows through a micro-batch of one task, of which the table refuses one in a hundred. */
    void upsertsWithBad(String way, long rows, JdbcWriter writer) throws Exception {
        table.fresh(true);
        refuseBad();
        rates.add(
                INSERT,
                way,
                rows,
                MicroBatch.nanoseconds(writer.write(JdbcRows.withBad(JdbcRows.inserts(spark, rows, 1))), rows));
        table.settle();
        rates.add(
                UPDATE,
                way,
                rows,
                MicroBatch.nanoseconds(writer.write(JdbcRows.withBad(JdbcRows.updates(spark, rows, 1))), rows));
        table.holds(rows - rows / 100);
    }

    /** New rows into a table without a key, of which it refuses one in a hundred. */
    void appendWithBad(String way, long rows, int tasks, JdbcWriter writer) throws Exception {
        table.fresh(false);
        refuseBad();
        rates.add(
                APPEND,
                way,
                rows,
                MicroBatch.nanoseconds(writer.write(JdbcRows.withBad(JdbcRows.inserts(spark, rows, tasks))), rows));
        table.holds(rows - rows / 100);
    }

    private void refuseBad() throws SQLException {
        table.execute("ALTER TABLE bench ADD CHECK (amount >= 0)");
    }

    /** New rows into a table without a key, through a micro-batch of so many tasks. */
    void append(String way, long rows, int tasks, JdbcWriter writer) throws Exception {
        append(way, rows, () -> MicroBatch.nanoseconds(writer.write(JdbcRows.inserts(spark, rows, tasks)), rows));
    }

    void append(String way, long rows, Measurement append) throws Exception {
        table.fresh(false);
        rates.add(APPEND, way, rows, append.run());
        table.holds(rows);
    }
}
