package io.millrace.core.internal;

import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A step or a sink that leaves rows out by a condition that is known before it runs. */
public interface SomeRows {
    /** True of the rows that it takes of {@code rows}, which have the columns that it gets; empty if not known. */
    Optional<Column> condition(Dataset<Row> rows);
}
