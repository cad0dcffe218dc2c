package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.SqlAction;
import io.millrace.sinks.jdbc.dialect.SqlFunction;
import io.millrace.sinks.jdbc.dialect.StagingSql;
import java.sql.Connection;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Runs the driver's transactions of one batch, with retries.
 *
 * @param what names the batch in messages
 */
record BatchTransactions(String what, String queryId, long batch, StagingSql sql, Ledger ledger, Retries retries) {
    void commit(SqlAction work) {
        retries.commit(what, work);
    }

    /**
     * Merges staged rows and records the batch in the ledger, unless the ledger has it; drops the staging table.
     *
     * @param merge returns the number of rows that the table has accepted
     */
    BatchResult commitMerge(StagingTable staging, SqlFunction<Connection, Long> merge) {
        AtomicLong deadLetters = new AtomicLong(); // of the last attempt: its answer may be lost
        return retries.inTransaction(what, connection -> {
            BatchResult result;
            if (ledger.begin(connection, queryId, batch)) {
                long merged = merge.apply(connection);
                deadLetters.set(staging.rows() - merged);
                ledger.note(connection, queryId, merged);
                result = BatchResult.committed(staging.rows(), deadLetters.get());
            } else {
                result = BatchResult.answerLost(deadLetters.get());
            }
            sql.drop(connection, staging.name());
            return result;
        });
    }
}
