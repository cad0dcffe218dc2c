package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.StagingSql;
import java.io.Serializable;
import java.util.Optional;

/** The way in which the batches of a plan are written: plainly, or with dead letters. */
interface BatchWriting extends Serializable {
    StagingSql sql();

    /** The statements with which the only task of a batch writes all rows; empty if the rows must be staged. */
    Optional<ExactlyOnceSql> direct(int tasks);

    /** Merges the staged rows into the table. */
    BatchResult merge(BatchTransactions transactions, StagingTable staging);
}
