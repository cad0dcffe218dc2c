package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Interruption;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a micro-batch into several tables of a database in one transaction, which also records it in the ledgers of
 * all of them, whether they get rows or not. The rows of each table are staged first.
 */
final class JointBatch {
    private static final Logger LOG = LoggerFactory.getLogger(JointBatch.class);

    private final List<ExactlyOncePlan> plans;
    private final String queryId;
    private final long batch;
    private final Retries retries;
    private final BatchTransactions transactions;
    private final BatchStaging staging;

    /** @param plans those of all tables, at least one */
    JointBatch(List<ExactlyOncePlan> plans, FlushLimits limits, String queryId, long batch) {
        // Queries that lock rows of the same tables do so in the same order.
        this.plans = plans.stream()
                .sorted(Comparator.comparing(plan -> plan.table().toString()))
                .toList();
        this.queryId = queryId;
        this.batch = batch;
        this.retries = Retries.ofBatches(plans.get(0).database(), limits.retryFor());
        this.transactions = new BatchTransactions(what(), queryId, batch, ledgers(), retries);
        this.staging = new BatchStaging(this.plans, transactions);
    }

    /** The rows of one table. */
    record Part(ExactlyOncePlan plan, JavaRDD<Row> rows) {}

    /** Whether an earlier run has committed the batch. */
    boolean isFinished() {
        LedgerCheck check = new LedgerCheck(plans, queryId, batch);
        return retries.inTransaction(what(), check::isFinished);
    }

    /** Reports that the batch was not written again. */
    void skip() {
        LOG.info("{} is already in the tables", what());
        for (ExactlyOncePlan plan : plans) {
            report(plan, WriteCounts.skipped(), WriteCounts.skipped());
        }
    }

    /** @param parts the rows of those tables that get some */
    void write(List<Part> parts) throws Exception {
        List<Part> inOrder = parts.stream()
                .sorted(Comparator.comparing(part -> part.plan().table().toString()))
                .toList();
        long began = System.nanoTime();
        List<BatchResult> results = run(inOrder);
        report(inOrder, results, (System.nanoTime() - began) / 1_000_000);
    }

    private List<BatchResult> run(List<Part> parts) throws Exception {
        try {
            return runWithRetries(parts);
        } catch (Exception e) { // Spark throws checked ones that its methods do not declare.
            Optional<String> refusal = ExactlyOnceBatch.refusal(e);
            if (refusal.isPresent()) {
                throw new RefusedRowException(refusal.get()
                        + " Nothing of the batch is in any of the tables. Filter such rows out in the steps of the"
                        + " table, or let its deadLettersTo(...) keep them if there is one.");
            }
            throw e;
        }
    }

    private List<BatchResult> runWithRetries(List<Part> parts) throws Exception {
        Retries.Attempts attempts = retries.attempts(what());
        while (true) {
            try {
                return attempts.isFirst() || !isFinished()
                        ? attempt(parts)
                        : parts.stream().map(part -> BatchResult.answerLost(0)).toList();
            } catch (Exception e) {
                attempts.retryOrThrow(e);
            }
        }
    }

    private List<BatchResult> attempt(List<Part> parts) {
        List<TableName> names = parts.isEmpty()
                ? List.of()
                : staging.create(parts.stream().map(Part::plan).toList());
        try {
            List<StagedRows> staged = new ArrayList<>();
            for (int index = 0; index < names.size(); index++) {
                Part part = parts.get(index);
                staged.add(staging.fill(part.plan(), names.get(index), part.rows()));
            }
            return transactions.commitMerges(staged);
        } catch (Exception e) { // Spark throws InterruptedException, which its methods do not declare.
            if (!Interruption.isWhy(e) && !Interruption.isAsked()) {
                staging.dropAfterFailure();
            }
            throw e;
        }
    }

    private void report(List<Part> parts, List<BatchResult> results, long milliseconds) {
        WriteCounts retried = retries.counts();
        for (int index = 0; index < results.size(); index++) {
            ExactlyOncePlan plan = parts.get(index).plan();
            BatchResult result = results.get(index);
            int tasks = parts.get(index).rows().getNumPartitions();
            // The tasks have counted the rows that they staged.
            WriteCounts atDriver = retried.plus(WriteCounts.refused(result.deadLetters()));
            retried = WriteCounts.NONE;
            report(plan, atDriver, atDriver.plus(WriteCounts.written(rows(plan, result), tasks, milliseconds)));
        }
    }

    /** The rows of a table; if an answer was lost, those that its ledger has. */
    private long rows(ExactlyOncePlan plan, BatchResult result) {
        if (result.ending() == BatchResult.Ending.COMMITTED) {
            return result.rows();
        }
        LOG.info("{} is settled: an earlier attempt committed it, but its answer was lost", what());
        OptionalLong merged =
                retries.inTransaction(what(), connection -> plan.ledger().rows(connection, queryId, batch));
        return merged.orElse(0) + result.deadLetters();
    }

    private void report(ExactlyOncePlan plan, WriteCounts uncounted, WriteCounts logged) {
        plan.metrics().add(uncounted);
        plan.metrics().log(queryId, batch, logged);
    }

    private List<Ledger> ledgers() {
        return List.copyOf(
                plans.stream().map(ExactlyOncePlan::ledger).collect(Collectors.toCollection(LinkedHashSet::new)));
    }

    private String what() {
        return "Batch " + batch + " into "
                + plans.stream()
                        .map(plan -> "\"" + plan.table() + "\"")
                        .distinct()
                        .collect(Collectors.joining(", "));
    }
}
