package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/**
 * A key column of a look-up.
 *
 * @param column its name in the table
 * @param stream the type of the stream's values
 * @param comparison how the unique index compares it; null if its type determines that
 */
public record LookupKey(
        String column,
        ColumnType type,
        DataType stream,
        @Nullable KeyComparison comparison) implements Serializable {}
