package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.StagingSql;
import java.io.Serializable;
import java.util.Optional;

/** How the batches of a plan are written: without dead letters, or with them. */
interface BatchWriting extends Serializable {
    StagingSql sql();

    /** The statements that the only task of a batch uses to write all rows; empty if rows must be staged. */
    Optional<ExactlyOnceSql> direct(int tasks);

    /** Merges the staged rows into the table. */
    BatchResult merge(BatchTransactions transactions, StagingTable staging);
}
