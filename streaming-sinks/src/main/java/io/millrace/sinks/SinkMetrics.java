package io.millrace.sinks;

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
 * What a sink has done: as named accumulators, which Spark shows with each task and stage and in its event log, and by
 * batch for the log.
 */
final class SinkMetrics implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Map<Figure, LongAccumulator> accumulators = new EnumMap<>(Figure.class);
    private final @Nullable BatchWriteCounts batches;

    private SinkMetrics(@Nullable BatchWriteCounts batches) {
        this.batches = batches;
    }

    /** Without a Spark session, as in a test of a writer alone, there is nobody to show them. */
    static SinkMetrics of(TableName table) {
        Option<SparkSession> session = SparkSession.getDefaultSession();
        if (session.isEmpty()) {
            return new SinkMetrics(null);
        }
        SparkContext context = session.get().sparkContext();
        BatchWriteCounts batches = new BatchWriteCounts(table.toString());
        context.register(batches);
        BatchLog.of(context).tell(batches);
        SinkMetrics metrics = new SinkMetrics(batches);
        for (Figure figure : Figure.values()) {
            metrics.accumulators.put(figure, context.longAccumulator("jdbc " + table + ": " + figure.label));
        }
        return metrics;
    }

    void add(WriteCounts figures) {
        accumulators.forEach((figure, accumulator) -> accumulator.add(figure.of(figures)));
    }

    /** Besides, lets the log tell them once the batch is over. */
    void add(String queryId, long batch, WriteCounts figures) {
        add(figures);
        if (batches != null) {
            batches.add(new BatchWriteCounts.Part(queryId, batch, figures));
        }
    }

    /** What is counted. */
    enum Figure {
        ROWS("rows"),
        FLUSHES("flushes"),
        MILLISECONDS("ms in flushes"),
        RETRIES("retries"),
        DEADLOCKS("deadlocks"),
        DEAD_LETTERS("dead letters");

        private final String label;

        Figure(String label) {
            this.label = label;
        }

        long of(WriteCounts figures) {
            return switch (this) {
                case ROWS -> figures.rows();
                case FLUSHES -> figures.flushes();
                case MILLISECONDS -> figures.milliseconds();
                case RETRIES -> figures.retries();
                case DEADLOCKS -> figures.deadlocks();
                case DEAD_LETTERS -> figures.deadLetters();
            };
        }
    }
}
