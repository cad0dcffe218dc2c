package io.millrace.sinks.jdbc;

import io.millrace.core.internal.QueryLog;
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

    private final Map<WriteCounts.Metric, LongAccumulator> accumulators = new EnumMap<>(WriteCounts.Metric.class);
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
        QueryLog.of(context).register(batches);
        SinkMetrics metrics = new SinkMetrics(batches);
        for (WriteCounts.Metric metric : WriteCounts.Metric.values()) {
            metrics.accumulators.put(metric, context.longAccumulator("jdbc " + table + ": " + metric.label()));
        }
        return metrics;
    }

    void add(WriteCounts counts) {
        accumulators.forEach((metric, accumulator) -> accumulator.add(counts.of(metric)));
    }

    /** Counts work, and logs the counts once the batch has ended. */
    void add(String queryId, long batch, WriteCounts counts) {
        add(counts);
        log(queryId, batch, counts);
    }

    /** Logs the counts once the batch has ended. */
    void log(String queryId, long batch, WriteCounts counts) {
        if (batches != null) {
            batches.add(new BatchWriteCounts.OfTask(queryId, batch, counts));
        }
    }
}
