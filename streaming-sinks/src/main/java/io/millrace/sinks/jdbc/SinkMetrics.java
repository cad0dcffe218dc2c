package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serial;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Counts the work of a sink: in named accumulators, which Spark shows with each task and stage and in its event log,
 * and per batch for the log.
 */
final class SinkMetrics implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Map<Metric, LongAccumulator> accumulators = new EnumMap<>(Metric.class);
    private final @Nullable BatchWriteCounts batches;

    private SinkMetrics(@Nullable BatchWriteCounts batches) {
        this.batches = batches;
    }

    /** Creates the metrics of a table; they count nothing without a Spark session. */
    static SinkMetrics of(TableName table) {
        Option<SparkSession> session = SparkSession.getDefaultSession();
        if (session.isEmpty()) {
            return new SinkMetrics(null);
        }
        SparkContext context = session.get().sparkContext();
        BatchWriteCounts batches = new BatchWriteCounts(table.toString());
        context.register(batches);
        BatchLog.of(context).register(batches);
        SinkMetrics metrics = new SinkMetrics(batches);
        for (Metric metric : Metric.values()) {
            metrics.accumulators.put(metric, context.longAccumulator("jdbc " + table + ": " + metric.label));
        }
        return metrics;
    }

    void add(WriteCounts counts) {
        accumulators.forEach((metric, accumulator) -> accumulator.add(metric.of(counts)));
    }

    /** Counts work, and logs the counts once the batch has ended. */
    void add(String queryId, long batch, WriteCounts counts) {
        add(counts);
        if (batches != null) {
            batches.add(new BatchWriteCounts.OfTask(queryId, batch, counts));
        }
    }

    /** The accumulators of a sink. */
    enum Metric {
        ROWS("rows"),
        FLUSHES("flushes"),
        MILLISECONDS("ms in flushes"),
        RETRIES("retries"),
        DEADLOCKS("deadlocks"),
        DEAD_LETTERS("dead letters");

        private final String label;

        Metric(String label) {
            this.label = label;
        }

        long of(WriteCounts counts) {
            return switch (this) {
                case ROWS -> counts.rows();
                case FLUSHES -> counts.flushes();
                case MILLISECONDS -> counts.milliseconds();
                case RETRIES -> counts.retries();
                case DEADLOCKS -> counts.deadlocks();
                case DEAD_LETTERS -> counts.deadLetters();
            };
        }
    }
}
