package io.millrace.core;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows and their windows.
 *
 * @param column the window to group by
 * @param name what the result of the grouping calls it
 */
record WindowColumn(Dataset<Row> rows, Column column, String name) {}
