package io.millrace.sinks;

import java.io.Serializable;
import org.apache.spark.sql.types.StructType;

/**
 * An exact sink whose columns have been found and whose statements are frozen.
 *
 * @param named the table as the user named it
 */
record ExactlyOncePlan(
        Database database,
        TableName named,
        FlushLimits limits,
        ExactlyOnceRule rule,
        StructType schema,
        ExactlyOnceSql sql,
        Ledger ledger,
        SinkMetrics metrics)
        implements Serializable {
    /** The table with its schema. */
    TableName table() {
        return sql.table();
    }
}
