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

    /**
     * The merge of the rows of a batch that are staged.
     *
     * @param what names the batch in messages
     */
    StagedMerge merge(String what, String queryId, long batch, StagingTable staging);

    /** Writes a batch that fails if the table refuses a row. */
    record WithoutDeadLetters(ExactlyOnceSql sql) implements BatchWriting {
        @Override
        public Optional<ExactlyOnceSql> direct(int tasks) {
            return tasks == 1 ? Optional.of(sql) : Optional.empty();
        }

        @Override
        public StagedMerge merge(String what, String queryId, long batch, StagingTable staging) {
            return connection -> {
                staging.checkIsWhole(what, sql.count(connection, staging.name(), staging.attempts()));
                sql.merge(connection, staging.name(), staging.attempts());
                return staging.rows();
            };
        }
    }
}
