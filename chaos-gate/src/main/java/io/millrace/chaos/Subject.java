package io.millrace.chaos;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;

/** A way to write a stream into the tables, which the faults are for. */
interface Subject {
    /** What a schedule calls it. */
    @Override
    String toString();

    /** The table that it writes, {@link Tables#AUDIT} or {@link Tables#LATEST}. */
    String table();

    /** Rows have the columns of the audit table but the transaction. */
    DataStreamWriter<Row> write(Dataset<Row> rows, Target target);
}
