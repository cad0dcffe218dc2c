package io.millrace.core.internal;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A sink with steps of its own before it. */
public interface OwnSteps {
    /** The rows that its steps make of {@code rows}. */
    Dataset<Row> rowsOf(Dataset<Row> rows);
}
