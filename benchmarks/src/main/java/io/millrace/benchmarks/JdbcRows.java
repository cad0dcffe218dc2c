package io.millrace.benchmarks;

import static org.apache.spark.sql.functions.expr;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The rows to write: a bigint key, text, bigint, timestamptz, double and jsonb of 80 bytes. */
final class JdbcRows {
    static final String COLUMNS = "name text, amount bigint, at timestamptz, score float8, doc jsonb";

    static final String MARIADB_COLUMNS = "name text, amount bigint, at timestamp(6) NULL, score double, doc json";

    /** Coprime to any round number of rows, so that multiplying keys by it permutes them. */
    private static final long SHUFFLE = 7_919;

    private JdbcRows() {}

    /** Returns a micro-batch of new keys in order. */
    static Dataset<Row> inserts(SparkSession spark, long rows, int tasks) {
        return stream(spark, rows, tasks, "value", 1);
    }

    /** Makes one row in a hundred bad: a table may reject its negative amount. */
    static Dataset<Row> withBad(Dataset<Row> rows) {
        return rows.withColumn("amount", expr("CASE WHEN id % 100 = 50 THEN -1 ELSE amount END"));
    }

    /** Returns a micro-batch of the same keys in random order, with other values. */
    static Dataset<Row> updates(SparkSession spark, long rows, int tasks) {
        return stream(spark, rows, tasks, "value * " + SHUFFLE + " % " + rows, 2);
    }

    private static Dataset<Row> stream(SparkSession spark, long rows, int tasks, String key, int version) {
        return spark.readStream()
                .format("rate-micro-batch")
                .option("rowsPerBatch", rows)
                .option("numPartitions", tasks)
                .load()
                .select(expr(key).as("id"))
                .select(
                        expr("id"),
                        expr("concat('customer ', id + 1000000000)").as("name"),
                        expr("id * " + version).as("amount"),
                        expr("timestamp_micros(1767225600000000 + id * 1000003)")
                                .as("at"),
                        expr("id / 7D").as("score"),
                        expr("concat('{\"sku\": \"A-', id + 1000000000, '\", \"tags\": [\"new\", \"sale\"],"
                                        + " \"price\": ',"
                                        + " id % 1000 + 1000, ', \"v\": " + version + ", \"x\": true}')")
                                .as("doc"));
    }
}
