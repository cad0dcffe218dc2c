package io.millrace.sinks.jdbc;

/**
 * Rows of a batch that are staged for one table.
 *
 * @param merge merges them into it
 */
record StagedRows(ExactlyOncePlan plan, StagingTable staging, StagedMerge merge) {
    static StagedRows of(ExactlyOncePlan plan, String queryId, long batch, StagingTable staging) {
        return new StagedRows(plan, staging, plan.writing().merge(plan.describe(batch), queryId, batch, staging));
    }
}
