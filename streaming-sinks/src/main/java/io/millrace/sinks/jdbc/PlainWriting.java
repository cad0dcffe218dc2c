package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import java.util.Optional;

/** Writes a batch that fails if the table refuses a row. */
record PlainWriting(ExactlyOnceSql sql) implements BatchWriting {
    @Override
    public Optional<ExactlyOnceSql> direct(int tasks) {
        return tasks == 1 ? Optional.of(sql) : Optional.empty();
    }

    @Override
    public BatchResult merge(BatchTransactions transactions, StagingTable staging) {
        return transactions.commitMerge(staging, connection -> {
            staging.checkIsWhole(transactions.what(), sql.count(connection, staging.name(), staging.attempts()));
            sql.merge(connection, staging.name(), staging.attempts());
            return staging.rows();
        });
    }
}
