package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.io.Serializable;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A validated upsert with its columns and statements, sent to the executors.
 *
 * @param table the table as the user names it
 * @param schema the schema of the stream's rows
 * @param columns the written columns, including the keys
 * @param fence refuses writes of old epochs; null if it is not needed
 */
record UpsertPlan(
        Database database,
        TableName table,
        FlushLimits limits,
        UpsertRule rule,
        StructType schema,
        List<PlannedColumn> columns,
        UpsertSql sql,
        @Nullable Fence fence,
        SinkMetrics metrics)
        implements Serializable {
    /** The index of a column in the stream's rows. */
    OptionalInt index(@Nullable String column) {
        return column == null ? OptionalInt.empty() : OptionalInt.of(schema.fieldIndex(column));
    }

    List<PlannedColumn> keys() {
        return PlannedColumn.keys(columns);
    }
}
