package io.millrace.sinks.jdbc;

import io.millrace.core.internal.FailureKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;

/** Asks the ledgers of a query whether a batch may be written, or has been. */
record LedgerCheck(List<ExactlyOncePlan> plans, String queryId, long batch) {
    /** Whether the batch is committed; throws if the ledgers do not fit the checkpoint of the query. */
    boolean isFinished(Connection connection) throws SQLException {
        boolean known = false;
        boolean finished = false;
        for (ExactlyOncePlan plan : plans) {
            OptionalLong last = plan.ledger().last(connection, queryId);
            if (last.isPresent() && last.getAsLong() < batch - 1) {
                throw plan.ledger().lost(queryId, batch, last.getAsLong());
            }
            known |= last.isPresent();
            finished |= last.isPresent() && last.getAsLong() >= batch;
        }
        for (ExactlyOncePlan plan : plans) {
            if (!plan.rule().newCheckpoints()
                    && plan.ledger().last(connection, queryId).isEmpty()) {
                refuseStranger(plan, known, plan.ledger().knowsOthers(connection, queryId));
            }
        }
        return finished;
    }

    /** @param known whether another table of the query knows it, so that this one was added to them */
    private void refuseStranger(ExactlyOncePlan plan, boolean known, boolean others) {
        if (others || (batch > 0 && !known)) {
            throw new SinkFailure(
                    "Query " + queryId + " may not write batch " + batch + " to \""
                            + plan.table() + "\": " + plan.ledger().ledgers() + " does not know it"
                            + (others ? ", but other queries of this table" : "")
                            + ", as with a new checkpoint or a ledger that is gone, and rows might be duplicated. Go"
                            + " back to the old checkpoint, or call allowNewCheckpoint().",
                    FailureKind.CHECKPOINT_REFUSED);
        }
    }
}
