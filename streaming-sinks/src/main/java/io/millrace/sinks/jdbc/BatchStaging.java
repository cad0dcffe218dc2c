package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.StagingSql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates, fills and drops the staging tables of one batch. */
final class BatchStaging {
    private static final Logger LOG = LoggerFactory.getLogger(BatchStaging.class);

    private final List<ExactlyOncePlan> plans;
    private final BatchTransactions transactions;

    /** @param plans those of all tables that the query writes to */
    BatchStaging(List<ExactlyOncePlan> plans, BatchTransactions transactions) {
        this.plans = plans;
        this.transactions = transactions;
    }

    /** Creates a staging table for each plan, which may be the same; drops those of earlier runs first. */
    List<TableName> create(List<ExactlyOncePlan> used) {
        List<TableName> names = new ArrayList<>();
        for (ExactlyOncePlan plan : used) {
            names.add(plan.table()
                    .sibling(prefix(plan)
                            + HexFormat.of()
                                    .toHexDigits(ThreadLocalRandom.current().nextLong())));
        }
        transactions.commit(connection -> {
            for (ExactlyOncePlan plan : plans) {
                dropAll(connection, plan);
            }
            for (int index = 0; index < names.size(); index++) {
                used.get(index).writing().sql().create(connection, names.get(index));
            }
        });
        return names;
    }

    /** Runs the tasks that fill a staging table. */
    StagedRows fill(ExactlyOncePlan plan, TableName name, JavaRDD<Row> partitions) {
        String queryId = transactions.queryId();
        long batch = transactions.batch();
        // Without partitions there is no task, and a job is not needed.
        List<long[]> filled = partitions.getNumPartitions() == 0
                ? List.of()
                : partitions
                        .mapPartitions(new ExactlyOnceTask(plan, queryId, batch).stage(name))
                        .collect();
        return StagedRows.of(plan, queryId, batch, StagingTable.of(name, filled));
    }

    /**
     * Drops the staging tables of the query if possible; otherwise the next batch that needs one drops them. A failure
     * here does not hide that of the batch.
     */
    void dropAfterFailure() {
        for (ExactlyOncePlan plan : plans) {
            try {
                new Retries(plan.database(), Duration.ZERO)
                        .commit("Staging tables " + prefix(plan), connection -> dropAll(connection, plan));
            } catch (RuntimeException e) {
                LOG.warn("{}.. were not dropped: {}", prefix(plan), e.getMessage());
            }
        }
    }

    private void dropAll(Connection connection, ExactlyOncePlan plan) throws SQLException {
        StagingSql sql = plan.writing().sql();
        for (TableName orphan : sql.stages(connection, prefix(plan))) {
            sql.drop(connection, orphan);
        }
    }

    private String prefix(ExactlyOncePlan plan) {
        return plan.stagingPrefix(transactions.queryId());
    }
}
