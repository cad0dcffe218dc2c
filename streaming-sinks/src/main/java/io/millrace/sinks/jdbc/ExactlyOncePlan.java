package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Digest;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serializable;

/** A checked exactly-once sink, with its statements. */
record ExactlyOncePlan(
        Database database,
        FlushLimits limits,
        ExactlyOnceRule rule,
        BatchWriting writing,
        Ledger ledger,
        SinkMetrics metrics)
        implements Serializable {
    /** The table with its schema. */
    TableName table() {
        return writing.sql().table();
    }

    /** The beginning of the names of all staging tables of a query. */
    String stagingPrefix(String queryId) {
        return "millrace_stage_" + Digest.of(12, queryId, table().toString()) + "_";
    }

    /** Names a batch in messages. */
    String describe(long batch) {
        return "Batch " + batch + " into \"" + table() + "\"";
    }
}
