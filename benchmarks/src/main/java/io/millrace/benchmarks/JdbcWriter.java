package io.millrace.benchmarks;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

/** Writes a stream to the table {@code bench}. */
@FunctionalInterface
interface JdbcWriter {
    DataStreamWriter<Row> write(Dataset<Row> rows);
}
