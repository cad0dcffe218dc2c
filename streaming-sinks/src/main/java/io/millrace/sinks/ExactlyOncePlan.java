package io.millrace.sinks;

import java.io.Serializable;

/** A checked exactly-once sink, with its statements. */
record ExactlyOncePlan(
        JdbcTarget target, ExactlyOnceRule rule, BatchWriting writing, Ledger ledger, SinkMetrics metrics)
        implements Serializable {
    TableName table() {
        return writing.sql().table();
    }
}
