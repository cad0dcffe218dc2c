package io.millrace.sinks;

import java.io.Serializable;
import org.apache.spark.sql.types.StructType;

/** An exact sink whose columns have been found and whose statements are frozen. */
record ExactlyOncePlan(
        JdbcTarget target,
        ExactlyOnceRule rule,
        StructType schema,
        ExactlyOnceSql sql,
        Ledger ledger,
        SinkMetrics metrics)
        implements Serializable {
    TableName table() {
        return sql.table();
    }
}
