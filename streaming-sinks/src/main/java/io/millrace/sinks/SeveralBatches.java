package io.millrace.sinks;

import io.millrace.core.BatchSink;
import io.millrace.core.internal.Errors;
import io.millrace.core.internal.NeededColumns;
import io.millrace.core.internal.OwnSteps;
import io.millrace.core.internal.PersistedRows;
import io.millrace.core.internal.RunningQueries;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the batches of one query: each is computed once and passed to every sink that has not finished it. */
final class SeveralBatches {
    private static final Logger LOG = LoggerFactory.getLogger(SeveralBatches.class);

    private final SparkSession session;
    private final Map<String, VoidFunction2<Dataset<Row>, Long>> sinks;
    private final NonEmptyBranches branches;
    private final NeededColumns needed;

    private SeveralBatches(
            SparkSession session,
            Map<String, VoidFunction2<Dataset<Row>, Long>> sinks,
            NonEmptyBranches branches,
            NeededColumns needed) {
        this.session = session;
        this.sinks = sinks;
        this.branches = branches;
        this.needed = needed;
    }

    static SeveralBatches of(Dataset<Row> stream, Map<String, BatchSink> sinks) {
        Map<String, VoidFunction2<Dataset<Row>, Long>> batches = new LinkedHashMap<>();
        sinks.forEach((name, sink) -> batches.put(name, sink.batchesOf(stream)));
        List<UnaryOperator<Dataset<Row>>> steps =
                sinks.values().stream().map(SeveralBatches::stepsOf).toList();
        return new SeveralBatches(
                stream.sparkSession(), batches, NonEmptyBranches.of(stream, sinks), NeededColumns.of(stream, steps));
    }

    private static UnaryOperator<Dataset<Row>> stepsOf(BatchSink sink) {
        return sink instanceof OwnSteps own ? own::rowsOf : rows -> rows;
    }

    /** The columns that {@link #write} needs of the stream. */
    NeededColumns needed() {
        return needed;
    }

    /** Writes a batch of the columns that are needed. */
    void write(Dataset<Row> rows, long batchId) throws Exception {
        FinishedBatches finished = FinishedBatches.of(session, rows);
        Map<String, VoidFunction2<Dataset<Row>, Long>> open = new LinkedHashMap<>(sinks);
        open.keySet().removeIf(sink -> finished.contains(sink, batchId));
        if (open.isEmpty()) {
            compute(rows);
            return;
        }
        try (PersistedRows persisted = PersistedRows.of(rows)) {
            persisted.compute(); // Here a row that fails is a failure of the batch, and not of a branch.
            Dataset<Row> all = needed.withAll(persisted.rows());
            writeTo(open, all, nonEmpty(all, open.keySet()), batchId, finished);
        }
    }

    /** Computes the whole batch, whatever the sinks read: state and watermark depend on the rows that ran. */
    static void compute(Dataset<Row> rows) {
        rows.write().format("noop").mode(SaveMode.Overwrite).save();
    }

    /** The sinks for which a batch may have rows. */
    private Set<String> nonEmpty(Dataset<Row> rows, Set<String> open) throws Exception {
        if (!branches.isKnown(open)) {
            return open;
        }
        try {
            return branches.in(rows, open);
        } catch (Exception e) { // Spark throws checked ones that its methods do not declare.
            if (RunningQueries.isStop(e, session)) {
                throw e;
            }
            LOG.debug("A condition failed, which is for its branch to say.", e);
            return open;
        }
    }

    private void writeTo(
            Map<String, VoidFunction2<Dataset<Row>, Long>> open,
            Dataset<Row> rows,
            Set<String> nonEmpty,
            long batchId,
            FinishedBatches finished)
            throws Exception {
        Map<String, Exception> failures = new LinkedHashMap<>();
        Dataset<Row> none = rows.sparkSession().createDataFrame(List.of(), rows.schema());
        for (var sink : open.entrySet()) {
            try {
                sink.getValue().call(nonEmpty.contains(sink.getKey()) ? rows : none, batchId);
                finished.add(sink.getKey(), batchId);
            } catch (Exception e) {
                if (RunningQueries.isStop(e, session)) {
                    throw e;
                }
                LOG.error(
                        "The sink {} failed on batch {}; the sinks after it still get the batch.",
                        sink.getKey(),
                        batchId,
                        e);
                failures.put(sink.getKey(), e);
            }
        }
        if (!failures.isEmpty()) {
            throw failed(batchId, failures);
        }
    }

    private IllegalStateException failed(long batchId, Map<String, Exception> failures) {
        String which = failures.entrySet().stream()
                .map(failure -> failure.getKey() + " (" + Errors.nameOf(failure.getValue()) + ")")
                .collect(Collectors.joining(", "));
        List<Exception> causes = List.copyOf(failures.values());
        IllegalStateException failed = new IllegalStateException(
                "Batch " + batchId + ": " + causes.size() + " of " + sinks.size() + " sinks failed: " + which
                        + ". Restart the query on its checkpoint: only these get the batch again.",
                causes.get(0));
        causes.stream().skip(1).forEach(failed::addSuppressed);
        return failed;
    }
}
