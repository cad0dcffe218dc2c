package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.Interruption;
import io.millrace.sinks.jdbc.dialect.SqlFault;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a micro-batch in one transaction that also records it in the ledger. The driver merges the rows that the tasks
 * have staged. A batch with a single task is written by that task, unless refused rows become dead letters.
 */
final class ExactlyOnceBatch {
    private static final Logger LOG = LoggerFactory.getLogger(ExactlyOnceBatch.class);

    private final ExactlyOncePlan plan;
    private final String queryId;
    private final long batch;
    private final Retries retries;
    private final BatchTransactions transactions;
    private final BatchStaging staging;

    /** Whether a single task may merge rows before all have arrived; not after an attempt that did so has failed. */
    private boolean inParts = true;

    ExactlyOnceBatch(ExactlyOncePlan plan, String queryId, long batch) {
        this.plan = plan;
        this.queryId = queryId;
        this.batch = batch;
        this.retries = Retries.ofBatches(plan.database(), plan.limits().retryFor());
        this.transactions =
                new BatchTransactions(plan.describe(batch), queryId, batch, List.of(plan.ledger()), retries);
        this.staging = new BatchStaging(List.of(plan), transactions);
    }

    void write(JavaRDD<Row> partitions) throws Exception {
        long began = System.nanoTime();
        BatchResult result = run(partitions);
        int tasks = partitions.getNumPartitions();
        long milliseconds = (System.nanoTime() - began) / 1_000_000;
        switch (result.ending()) {
            case COMMITTED ->
                report(WriteCounts.written(result.rows(), tasks, milliseconds), WriteCounts.NONE, result.deadLetters());
            case ANSWER_LOST -> settle(tasks, milliseconds, result.deadLetters());
            case FOUND -> {
                LOG.info("{} is already in the table", what());
                long unused = partitions.count(); // Spark needs the state and the watermark of the batch.
                report(WriteCounts.skipped(), WriteCounts.skipped(), 0);
            }
        }
    }

    private BatchResult run(JavaRDD<Row> partitions) throws Exception {
        try {
            return runWithRetries(partitions);
        } catch (Exception e) { // Spark throws checked ones that its methods do not declare.
            Optional<String> refusal = refusal(e);
            if (refusal.isPresent()) {
                throw new RefusedRowException(refusal.get() + hint());
            }
            throw e;
        }
    }

    private BatchResult runWithRetries(JavaRDD<Row> partitions) throws Exception {
        Retries.Attempts attempts = retries.attempts(what());
        while (true) {
            try {
                if (isInLedger()) {
                    return attempts.isFirst() ? BatchResult.found() : BatchResult.answerLost(0);
                }
                return attempt(partitions);
            } catch (Exception e) {
                if (mustTryInOnePart(e)) {
                    LOG.warn("{} failed in parts; trying it in one", what());
                } else {
                    attempts.retryOrThrow(e);
                }
            }
        }
    }

    /**
     * Whether the next attempt is one in a single part, which may succeed although the fault is permanent: a row that
     * is refused may be replaced by a later one of its key.
     */
    private boolean mustTryInOnePart(Exception e) {
        Optional<ExactlyOnceFailure> failure = ExactlyOnceFailure.in(e).filter(ExactlyOnceFailure::isInParts);
        if (failure.isEmpty() || !inParts) {
            return false;
        }
        inParts = false;
        staging.dropAfterFailure();
        return !failure.get().fault().isTransient();
    }

    private String hint() {
        DeadLetterRule letters = plan.rule().deadLetters();
        String filter = "Filter such rows out in an earlier step";
        if (letters != null) {
            return " Nothing of the batch is in the table or in " + letters.place() + ". " + filter + ".";
        }
        return " Nothing of the batch is in the table. " + filter + ", or "
                + (dialect().mergesDeadLetters()
                        ? "let deadLettersTo(...) keep them."
                        : "use upsertOn(...) with deadLettersTo(...).");
    }

    /** Describes a row that is certainly refused; empty if the batch failed for another reason. */
    static Optional<String> refusal(Exception thrown) {
        return thrown instanceof RefusedRowException refused
                ? Optional.ofNullable(refused.isSure() ? thrown.getMessage() : null)
                : ExactlyOnceFailure.in(thrown)
                        .filter(failure -> failure.fault() == SqlFault.ROW)
                        .map(ExactlyOnceFailure::getMessage);
    }

    /** Logs that the ledger has the batch, although no attempt of this driver has received an answer to its COMMIT. */
    private void settle(int tasks, long milliseconds, long deadLetters) {
        LOG.info("{} is settled: an earlier attempt committed it, but its answer was lost", what());
        OptionalLong merged =
                retries.inTransaction(what(), connection -> plan.ledger().rows(connection, queryId, batch));
        if (merged.isPresent()) {
            WriteCounts work = WriteCounts.written(merged.getAsLong() + deadLetters, tasks, milliseconds);
            // Tasks that stage rows have counted them already; a task that writes the whole batch has failed.
            boolean isCounted = plan.writing().direct(tasks).isEmpty();
            report(work, isCounted ? WriteCounts.NONE : work, deadLetters);
        }
    }

    /**
     * Logs the counts, and adds those that the tasks do not know to the metrics, which Spark shows with a later stage.
     */
    private void report(WriteCounts work, WriteCounts uncounted, long deadLetters) {
        WriteCounts atDriver = retries.counts().plus(WriteCounts.refused(deadLetters));
        plan.metrics().add(atDriver.plus(uncounted));
        plan.metrics().log(queryId, batch, atDriver.plus(work));
    }

    private boolean isInLedger() {
        LedgerCheck check = new LedgerCheck(List.of(plan), queryId, batch);
        return retries.inTransaction(what(), check::isFinished);
    }

    private BatchResult attempt(JavaRDD<Row> partitions) {
        Optional<ExactlyOnceSql> direct = plan.writing().direct(partitions.getNumPartitions());
        if (direct.isEmpty()) {
            return mergeStaged(partitions);
        }
        ExactlyOnceTask task = new ExactlyOnceTask(plan, queryId, batch);
        List<Long> written =
                partitions.mapPartitions(task.writeAll(direct.get(), inParts)).collect();
        return written.isEmpty() ? BatchResult.answerLost(0) : BatchResult.committed(written.get(0), 0);
    }

    private BatchResult mergeStaged(JavaRDD<Row> partitions) {
        List<TableName> names = staging.create(List.of(plan));
        try {
            return transactions
                    .commitMerges(List.of(staging.fill(plan, names.get(0), partitions)))
                    .get(0);
        } catch (Exception e) { // Spark throws InterruptedException, which its methods do not declare.
            if (!Interruption.isWhy(e) && !Interruption.isAsked()) {
                staging.dropAfterFailure();
            }
            throw e;
        }
    }

    private Dialect dialect() {
        return plan.database().dialect();
    }

    private String what() {
        return transactions.what();
    }
}
