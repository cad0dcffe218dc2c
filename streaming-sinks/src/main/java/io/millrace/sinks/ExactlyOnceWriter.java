package io.millrace.sinks;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings each micro-batch into the table in one transaction that also moves the ledger on: on the driver, from what the
 * tasks have staged, or in the one task that a small batch has.
 */
final class ExactlyOnceWriter implements VoidFunction2<Dataset<Row>, Long> {
    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ExactlyOnceWriter.class);

    private final ExactlyOncePlan plan;
    private final Retries retries;

    ExactlyOnceWriter(ExactlyOncePlan plan) {
        this.plan = plan;
        this.retries =
                new Retries(plan.target().database(), plan.target().limits().retryFor());
    }

    @Override
    public void call(Dataset<Row> rows, Long batch) throws Exception {
        String queryId = rows.sparkSession().sparkContext().getLocalProperty(StreamingTask.QUERY_ID);
        if (queryId == null) {
            throw new IllegalStateException("The ledger of \"" + plan.table()
                    + "\" needs the id of a streaming query, and there is none: call it from foreachBatch alone.");
        }
        JavaRDD<Row> partitions = rows.javaRDD();
        retries.again(what(batch), () -> {
            if (isNew(queryId, batch)) {
                write(partitions, queryId, batch);
            }
        });
    }

    private boolean isNew(String queryId, long batch) {
        AtomicBoolean isNew = new AtomicBoolean();
        retries.commit(what(batch), connection -> {
            OptionalLong last = plan.ledger().last(connection, queryId);
            if (last.isPresent() && last.getAsLong() < batch - 1) {
                throw plan.ledger().lost(queryId, batch, last.getAsLong());
            }
            if (last.isEmpty() && !plan.rule().newCheckpoints()) {
                refuseStranger(batch, plan.ledger().knowsOthers(connection, queryId), queryId);
            }
            isNew.set(last.isEmpty() || last.getAsLong() < batch);
        });
        if (!isNew.get()) {
            LOG.info("{} is in the table already", what(batch));
        }
        return isNew.get();
    }

    private void refuseStranger(long batch, boolean others, String queryId) {
        if (others || batch > 0) {
            throw new IllegalStateException("Query " + queryId + " may not write batch " + batch + " to \""
                    + plan.table() + "\": " + plan.ledger().ledgers() + " does not know it"
                    + (others ? ", but other queries of this table" : "")
                    + ", as on a new checkpoint or with a ledger that is gone, and rows might come twice. Go back to the"
                    + " old checkpoint, or say allowNewCheckpoint().");
        }
    }

    private void write(JavaRDD<Row> partitions, String queryId, long batch) {
        BatchTask task = new BatchTask(plan, queryId, batch);
        long began = System.nanoTime();
        long rows = partitions.getNumPartitions() == 1
                ? partitions.mapPartitions(task.whole()).collect().get(0)
                : staged(partitions, task, queryId, batch);
        LOG.info("{}: {} rows in {} ms", what(batch), rows, (System.nanoTime() - began) / 1_000_000);
    }

    private long staged(JavaRDD<Row> partitions, BatchTask task, String queryId, long batch) {
        String prefix = "millrace_stage_" + hex((long) (queryId + plan.table()).hashCode()) + "_";
        TableName stage =
                plan.table().sibling(prefix + hex(ThreadLocalRandom.current().nextLong()));
        retries.commit(what(batch), connection -> {
            for (TableName orphan : plan.sql().stages(connection, prefix)) {
                plan.sql().drop(connection, orphan);
            }
            plan.sql().create(connection, stage);
        });
        try {
            List<long[]> parts = partitions.mapPartitions(task.part(stage)).collect();
            long rows = parts.stream().mapToLong(part -> part[1]).sum();
            merge(queryId, batch, stage, parts, rows);
            return rows;
        } catch (Exception e) { // Spark throws InterruptedException, which its methods do not declare.
            if (!(e instanceof InterruptedException) && !Interruption.isAsked()) {
                dropInVain(stage);
            }
            throw e;
        }
    }

    private void merge(String queryId, long batch, TableName stage, List<long[]> parts, long rows) {
        Long[] attempts = parts.stream().map(part -> part[0]).toArray(Long[]::new);
        retries.commit(what(batch), connection -> {
            if (plan.ledger().begin(connection, queryId, batch)) {
                long found = plan.sql().count(connection, stage, attempts);
                if (found != rows) {
                    // Nothing of the stage is worth another look: the batch starts over.
                    throw BatchFault.startOver(what(batch), found + " of " + rows + " staged rows are left");
                }
                plan.sql().merge(connection, stage, attempts);
                plan.ledger().rows(connection, queryId, rows);
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

    private String what(long batch) {
        return "Batch " + batch + " into \"" + plan.table() + "\"";
    }

    private static String hex(long number) {
        return HexFormat.of().toHexDigits(number);
    }
}
