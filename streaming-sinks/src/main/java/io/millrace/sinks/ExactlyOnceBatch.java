package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
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
 * tasks have staged, or in the one task that a small batch has, unless refused rows are to be kept.
 */
final class ExactlyOnceBatch {
    private static final Logger LOG = LoggerFactory.getLogger(ExactlyOnceBatch.class);

    private final ExactlyOncePlan plan;
    private final String queryId;
    private final long batch;
    private final Retries retries;
    private boolean tried;
    private boolean found;
    private long rows;
    private long deadLetters;

    ExactlyOnceBatch(ExactlyOncePlan plan, String queryId, long batch) {
        this.plan = plan;
        this.queryId = queryId;
        this.batch = batch;
        this.retries = Retries.ofBatches(plan.database(), plan.limits().retryFor());
    }

    void write(JavaRDD<Row> partitions) throws Exception {
        long began = System.nanoTime();
        try {
            retries.again(what(), () -> {
                found = isThere();
                if (!found) {
                    tried = true;
                    bring(partitions);
                }
            });
        } catch (Exception e) { // Spark throws checked ones that its methods do not declare.
            Optional<String> refusal = refusal(e);
            if (refusal.isPresent()) {
                throw new RefusedRowException(refusal.get() + wayOut());
            }
            throw e;
        }
        int tasks = partitions.getNumPartitions();
        long milliseconds = (System.nanoTime() - began) / 1_000_000;
        if (!found) {
            tell(new WriteCounts(rows, tasks, milliseconds, 0, 0, 0), WriteCounts.NONE);
        } else if (tried) {
            settle(tasks, milliseconds);
        } else {
            LOG.info("{} is in the table already", what());
        }
    }

    private String wayOut() {
        DeadLetterRule letters = plan.rule().deadLetters();
        String filter = "Filter such rows out in a step before";
        if (letters != null) {
            return " Nothing of the batch is in the table or in \"" + letters.table() + "\". " + filter + ".";
        }
        return " Nothing of the batch is in the table. " + filter + ", or "
                + (dialect().mergesDeadLetters()
                        ? "let deadLettersTo(...) keep them."
                        : "use upsertOn(...) with deadLettersTo(...).");
    }

    private static Optional<String> refusal(Exception thrown) {
        return thrown instanceof RefusedRowException refused
                ? Optional.ofNullable(refused.isSure() ? thrown.getMessage() : null)
                : ExactlyOnceFailure.in(thrown)
                        .filter(fault -> fault.fault() == SqlFault.ROW)
                        .map(ExactlyOnceFailure::getMessage);
    }

    /** The ledger has the batch, though no attempt of this driver has heard that it committed it. */
    private void settle(int tasks, long milliseconds) {
        LOG.info("{} is settled: an attempt has committed it whose answer was lost", what());
        retries.commit(
                what(),
                connection -> plan.ledger()
                        .rows(connection, queryId, batch)
                        .ifPresentOrElse(number -> rows = number, () -> rows = ExactlyOnceTask.FOUND));
        if (rows != ExactlyOnceTask.FOUND) {
            rows += deadLetters;
            WriteCounts done = new WriteCounts(rows, tasks, milliseconds, 0, 0, 0);
            // A stage's tasks have counted their rows, that of a whole batch has failed.
            tell(done, goesStraight(tasks) ? done : WriteCounts.NONE);
        }
    }

    /** What the tasks cannot know is added here, and shown with a later stage. */
    private void tell(WriteCounts done, WriteCounts uncounted) {
        WriteCounts atDriver = new WriteCounts(0, 0, 0, retries.retries(), retries.deadlocks(), deadLetters);
        plan.metrics().add(atDriver.plus(uncounted));
        BatchLog.log(queryId, batch, plan.table().toString(), atDriver.plus(done));
    }

    private boolean isThere() {
        AtomicBoolean isThere = new AtomicBoolean();
        retries.commit(what(), connection -> {
            OptionalLong last = plan.ledger().last(connection, queryId);
            if (last.isPresent() && last.getAsLong() < batch - 1) {
                throw plan.ledger().lost(queryId, batch, last.getAsLong());
            }
            if (last.isEmpty() && !plan.rule().newCheckpoints()) {
                refuseStranger(plan.ledger().knowsOthers(connection, queryId));
            }
            isThere.set(last.isPresent() && last.getAsLong() >= batch);
        });
        return isThere.get();
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
        ExactlyOnceTask task = new ExactlyOnceTask(plan, queryId, batch);
        if (goesStraight(partitions.getNumPartitions())) {
            rows = partitions.mapPartitions(task.whole()).collect().get(0);
            found = rows == ExactlyOnceTask.FOUND;
        } else {
            rows = staged(partitions, task);
        }
    }

    private boolean goesStraight(int tasks) {
        return tasks == 1 && plan.rule().deadLetters() == null;
    }

    private long staged(JavaRDD<Row> partitions, ExactlyOnceTask task) {
        String prefix = "millrace_stage_" + Digest.of(12, queryId, plan.table().toString()) + "_";
        TableName stage =
                plan.table().sibling(prefix + hex(ThreadLocalRandom.current().nextLong()));
        retries.commit(what(), connection -> {
            for (TableName orphan : plan.sql().stages(connection, prefix)) {
                plan.sql().drop(connection, orphan);
            }
            plan.sql().create(connection, stage);
        });
        try {
            StagingTable staged = new StagingTable(
                    stage, partitions.mapPartitions(task.part(stage)).collect());
            merge(staged);
            return staged.rows();
        } catch (Exception e) { // Spark throws InterruptedException, which its methods do not declare.
            if (!Interruption.isWhy(e) && !Interruption.isAsked()) {
                dropInVain(stage);
            }
            throw e;
        }
    }

    private void merge(StagingTable stage) {
        DeadLetterRule rule = plan.rule().deadLetters();
        if (rule != null && plan.sql() instanceof DeadLetterMergeSql sql) {
            DeadLetterMerge sieve = new DeadLetterMerge(what(), plan, sql, rule, letters(rule), stage);
            try {
                commit(stage, sieve::whole);
            } catch (RefusedRowException e) {
                retries.commit(what(), connection -> sql.prepareParts(connection, stage.name()));
                commit(stage, sieve::parts);
            }
        } else {
            commit(stage, connection -> {
                stage.checkIsWhole(what(), plan.sql().count(connection, stage.name(), stage.attempts()));
                plan.sql().merge(connection, stage.name(), stage.attempts());
                return stage.rows();
            });
        }
    }

    private DeadLetters letters(DeadLetterRule rule) {
        return new DeadLetters(dialect(), rule.table(), plan.named().toString(), queryId, batch, plan.schema());
    }

    private void commit(StagingTable stage, Merge merge) {
        retries.commit(what(), connection -> {
            found = !plan.ledger().begin(connection, queryId, batch);
            if (!found) {
                long merged = merge.run(connection);
                deadLetters = stage.rows() - merged;
                plan.ledger().note(connection, queryId, merged);
            }
            plan.sql().drop(connection, stage.name());
        });
    }

    /** What has failed stays the error, whether or not the stage can be dropped now; the next batch sweeps it. */
    private void dropInVain(TableName stage) {
        try {
            new Retries(plan.database(), Duration.ZERO)
                    .commit("Stage " + stage, connection -> plan.sql().drop(connection, stage));
        } catch (RuntimeException e) {
            LOG.warn("{} is left over: {}", stage, e.getMessage());
        }
    }

    private Dialect dialect() {
        return plan.database().dialect();
    }

    private String what() {
        return "Batch " + batch + " into \"" + plan.table() + "\"";
    }

    private static String hex(long number) {
        return HexFormat.of().toHexDigits(number);
    }

    /** Brings a stage into the table; gives the number of rows that went in. */
    @FunctionalInterface
    private interface Merge {
        long run(Connection connection) throws SQLException;
    }
}
