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
 * An upsert whose columns have been found and whose statements are frozen; what the executors get.
 *
 * @param table as the user named it
 * @param schema of the stream's rows
 * @param columns those that are written, keys among them
 * @param fence keeps old epochs out; null if nothing needs it
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
    /** Where the stream's rows have a column. */
    OptionalInt index(@Nullable String column) {
        return column == null ? OptionalInt.empty() : OptionalInt.of(schema.fieldIndex(column));
    }

    List<PlannedColumn> keys() {
        return PlannedColumn.keys(columns);
    }
}
