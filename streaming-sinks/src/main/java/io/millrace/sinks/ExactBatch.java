package io.millrace.sinks;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a micro-batch into the table in one transaction that also moves the ledger on: on the driver, from what the
 * tasks have staged, or in the one task that a small batch has.
 */
final class ExactBatch {
    private static final Logger LOG = LoggerFactory.getLogger(ExactBatch.class);

    private final ExactlyOncePlan plan;
    private final String queryId;
    private final long batch;
    private final Retries retries;
    private long rows;

    ExactBatch(ExactlyOncePlan plan, String queryId, long batch) {
        this.plan = plan;
        this.queryId = queryId;
        this.batch = batch;
        this.retries =
                new Retries(plan.target().database(), plan.target().limits().retryFor());
    }

    void write(JavaRDD<Row> partitions) throws Exception {
        long began = System.nanoTime();
        AtomicBoolean isNew = new AtomicBoolean();
        try {
            retries.again(what(), () -> {
                isNew.set(isNew());
                if (isNew.get()) {
                    bring(partitions);
                }
            });
        } catch (Exception e) { // Spark throws checked ones that its methods do not declare.
            Optional<String> refusal = refusal(e);
            if (refusal.isPresent()) {
                throw new RefusedRowException(
                        refusal.get() + " Nothing of the batch is in the table. Filter such rows out in a step"
                                + " before, or use upsertOn(...) with deadLettersTo(...).");
            }
            throw e;
        }
        if (isNew.get()) {
            tell(partitions.getNumPartitions(), (System.nanoTime() - began) / 1_000_000);
        }
    }

    private static Optional<String> refusal(Exception thrown) {
        return thrown instanceof RefusedRowException
                ? Optional.ofNullable(thrown.getMessage())
                : BatchFault.in(thrown)
                        .filter(fault -> fault.fault() == SqlFault.ROW)
                        .map(BatchFault::getMessage);
    }

    /** What the tasks cannot know is added here, and shown with a later stage. */
    private void tell(int flushes, long milliseconds) {
        Figures atDriver = new Figures(0, 0, 0, retries.retries(), retries.deadlocks(), 0);
        plan.metrics().add(atDriver);
        BatchLog.log(
                queryId,
                batch,
                plan.table().toString(),
                atDriver.plus(new Figures(rows, flushes, milliseconds, 0, 0, 0)));
    }

    private boolean isNew() {
        AtomicBoolean isNew = new AtomicBoolean();
        retries.commit(what(), connection -> {
            OptionalLong last = plan.ledger().last(connection, queryId);
            if (last.isPresent() && last.getAsLong() < batch - 1) {
                throw plan.ledger().lost(queryId, batch, last.getAsLong());
            }
            if (last.isEmpty() && !plan.rule().newCheckpoints()) {
                refuseStranger(plan.ledger().knowsOthers(connection, queryId));
            }
            isNew.set(last.isEmpty() || last.getAsLong() < batch);
        });
        if (!isNew.get()) {
            LOG.info("{} is in the table already", what());
        }
        return isNew.get();
    }

    private void refuseStranger(boolean others) {
        if (others || batch > 0) {
            throw new IllegalStateException("Query " + queryId + " may not write batch " + batch + " to \""
                    + plan.table() + "\": " + plan.ledger().ledgers() + " does not know it"
                    + (others ? ", but other queries of this table" : "")
                    + ", as on a new checkpoint or with a ledger that is gone, and rows might come twice. Go back to the"
                    + " old checkpoint, or say allowNewCheckpoint().");
        }
    }

    private void bring(JavaRDD<Row> partitions) {
        BatchTask task = new BatchTask(plan, queryId, batch);
        rows = partitions.getNumPartitions() == 1
                ? partitions.mapPartitions(task.whole()).collect().get(0)
                : staged(partitions, task);
    }

    private long staged(JavaRDD<Row> partitions, BatchTask task) {
        String prefix = "millrace_stage_" + hex((long) (queryId + plan.table()).hashCode()) + "_";
        TableName stage =
                plan.table().sibling(prefix + hex(ThreadLocalRandom.current().nextLong()));
        retries.commit(what(), connection -> {
            for (TableName orphan : plan.sql().stages(connection, prefix)) {
                plan.sql().drop(connection, orphan);
            }
            plan.sql().create(connection, stage);
        });
        try {
            List<long[]> parts = partitions.mapPartitions(task.part(stage)).collect();
            long staged = parts.stream().mapToLong(part -> part[1]).sum();
            merge(stage, parts, staged);
            return staged;
        } catch (Exception e) { // Spark throws InterruptedException, which its methods do not declare.
            if (!Interruption.isWhy(e) && !Interruption.isAsked()) {
                dropInVain(stage);
            }
            throw e;
        }
    }

    private void merge(TableName stage, List<long[]> parts, long staged) {
        Long[] attempts = parts.stream().map(part -> part[0]).toArray(Long[]::new);
        retries.commit(what(), connection -> {
            if (plan.ledger().begin(connection, queryId, batch)) {
                long found = plan.sql().count(connection, stage, attempts);
                if (found != staged) {
                    // Nothing of the stage is worth another look: the batch starts over.
                    throw BatchFault.startOver(what(), found + " of " + staged + " staged rows are left");
                }
                plan.sql().merge(connection, stage, attempts);
                plan.ledger().rows(connection, queryId, staged);
            }
            plan.sql().drop(connection, stage);
        });
    }

    /** What has failed stays the error, whether or not the stage can be dropped now; the next batch sweeps it. */
    private void dropInVain(TableName stage) {
        try {
            new Retries(plan.target().database(), Duration.ZERO)
                    .commit("Stage " + stage, connection -> plan.sql().drop(connection, stage));
        } catch (RuntimeException e) {
            LOG.warn("{} is left over: {}", stage, e.getMessage());
        }
    }

    private String what() {
        return "Batch " + batch + " into \"" + plan.table() + "\"";
    }

    private static String hex(long number) {
        return HexFormat.of().toHexDigits(number);
    }
}
