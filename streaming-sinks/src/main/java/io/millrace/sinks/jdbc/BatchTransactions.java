package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.SqlAction;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/**
 * Runs the driver's transactions of one batch, with retries.
 *
 * @param what names the batch in messages
 * @param ledgers those of all tables of the query, each once and in the order in which their rows are locked
 */
record BatchTransactions(String what, String queryId, long batch, List<Ledger> ledgers, Retries retries) {
    void commit(SqlAction work) {
        retries.commit(what, work);
    }

    /**
     * Merges staged rows and records the batch in the ledgers in one transaction, unless they have it; drops the
     * staging tables. Returns the outcome of each merge, in their order.
     */
    List<BatchResult> commitMerges(List<StagedRows> all) {
        try {
            return commitMerges(all, StagedMerge::whole);
        } catch (RefusedRowException e) {
            List<StagedMerge> keeping = all.stream()
                    .map(StagedRows::merge)
                    .filter(StagedMerge::keepsRefusedRows)
                    .toList();
            if (keeping.isEmpty()) {
                throw e;
            }
            commit(connection -> {
                for (StagedMerge merge : keeping) {
                    merge.prepareRowByRow(connection);
                }
            });
            return commitMerges(all, StagedMerge::rowByRow);
        }
    }

    private List<BatchResult> commitMerges(List<StagedRows> all, Step step) {
        long[] deadLetters = new long[all.size()]; // of the last attempt: its answer may be lost
        AtomicReference<String> table = new AtomicReference<>("");
        try {
            return retries.inTransaction(what, connection -> {
                boolean begun = begin(connection);
                if (begun) {
                    merge(connection, all, step, deadLetters, table);
                }
                drop(connection, all);
                return IntStream.range(0, all.size())
                        .mapToObj(index -> begun
                                ? BatchResult.committed(all.get(index).staging().rows(), deadLetters[index])
                                : BatchResult.answerLost(deadLetters[index]))
                        .toList();
            });
        } catch (RefusedRowException e) {
            throw all.size() > 1 ? e.of(String.valueOf(table.get())) : e;
        }
    }

    private static void drop(Connection connection, List<StagedRows> all) throws SQLException {
        for (StagedRows rows : all) {
            rows.plan().writing().sql().drop(connection, rows.staging().name());
        }
    }

    /** Records the batch; false if it has been committed already. */
    private boolean begin(Connection connection) throws SQLException {
        for (Ledger ledger : ledgers) {
            if (!ledger.begin(connection, queryId, batch)) {
                return false;
            }
        }
        return true;
    }

    /** @param table gets the name of the table whose rows are being merged */
    private void merge(
            Connection connection, List<StagedRows> all, Step step, long[] deadLetters, AtomicReference<String> table)
            throws SQLException {
        Map<Ledger, Long> merged = new LinkedHashMap<>();
        ledgers.forEach(ledger -> merged.put(ledger, 0L));
        for (int index = 0; index < deadLetters.length; index++) {
            StagedRows rows = all.get(index);
            table.set(rows.plan().table().toString());
            long accepted = step.run(rows.merge(), connection);
            deadLetters[index] = rows.staging().rows() - accepted;
            merged.merge(rows.plan().ledger(), accepted, Long::sum);
        }
        table.set("");
        for (Map.Entry<Ledger, Long> rows : merged.entrySet()) {
            rows.getKey().note(connection, queryId, rows.getValue());
        }
    }

    /** One of the two ways of merging staged rows. */
    private interface Step {
        long run(StagedMerge merge, Connection connection) throws SQLException;
    }
}
