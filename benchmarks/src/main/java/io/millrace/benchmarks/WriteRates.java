package io.millrace.benchmarks;

import java.sql.SQLException;
import org.apache.spark.sql.SparkSession;

/** Measures how contenders write the table {@code bench}: upserts of new and of existing keys, and appends. */
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

    /** Upserts new keys and then the same keys again, by micro-batches of one task. */
    void upserts(String contender, long rows, JdbcWriter writer) throws Exception {
        upserts(contender, rows, 1, writer);
    }

    /** The same by micro-batches of {@code tasks} tasks. */
    void upserts(String contender, long rows, int tasks, JdbcWriter writer) throws Exception {
        upserts(
                contender,
                rows,
                () -> MicroBatch.nanoseconds(writer.write(JdbcRows.inserts(spark, rows, tasks)), rows),
                () -> MicroBatch.nanoseconds(writer.write(JdbcRows.updates(spark, rows, tasks)), rows));
    }

    void upserts(String contender, long rows, Measurement insert, Measurement update) throws Exception {
        table.recreate(true);
        rates.add(INSERT, contender, rows, insert.run());
        table.flush();
        rates.add(UPDATE, contender, rows, update.run());
        table.requireRows(rows);
    }

    /** The same as {@link #upserts}, with a table that rejects one row in a hundred. */
    void upsertsWithBad(String contender, long rows, JdbcWriter writer) throws Exception {
        table.recreate(true);
        rejectBad();
        rates.add(
                INSERT,
                contender,
                rows,
                MicroBatch.nanoseconds(writer.write(JdbcRows.withBad(JdbcRows.inserts(spark, rows, 1))), rows));
        table.flush();
        rates.add(
                UPDATE,
                contender,
                rows,
                MicroBatch.nanoseconds(writer.write(JdbcRows.withBad(JdbcRows.updates(spark, rows, 1))), rows));
        table.requireRows(rows - rows / 100);
    }

    /** The same as {@link #append}, with a table that rejects one row in a hundred. */
    void appendWithBad(String contender, long rows, int tasks, JdbcWriter writer) throws Exception {
        table.recreate(false);
        rejectBad();
        rates.add(
                APPEND,
                contender,
                rows,
                MicroBatch.nanoseconds(writer.write(JdbcRows.withBad(JdbcRows.inserts(spark, rows, tasks))), rows));
        table.requireRows(rows - rows / 100);
    }

    private void rejectBad() throws SQLException {
        table.execute("ALTER TABLE bench ADD CHECK (amount >= 0)");
    }

    /** Appends rows to a table without a key, by a micro-batch of {@code tasks} tasks. */
    void append(String contender, long rows, int tasks, JdbcWriter writer) throws Exception {
        append(contender, rows, () -> MicroBatch.nanoseconds(writer.write(JdbcRows.inserts(spark, rows, tasks)), rows));
    }

    void append(String contender, long rows, Measurement append) throws Exception {
        table.recreate(false);
        rates.add(APPEND, contender, rows, append.run());
        table.requireRows(rows);
    }
}
