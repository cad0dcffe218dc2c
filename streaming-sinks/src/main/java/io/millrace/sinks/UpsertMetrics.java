package io.millrace.sinks;

import java.io.Serial;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;
import scala.Option;

/** What an upsert has done, as named accumulators, which Spark shows with each stage and in its event log. */
final class UpsertMetrics implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Map<Figure, LongAccumulator> accumulators = new EnumMap<>(Figure.class);

    /** Without a Spark session, as in a test of a writer alone, there is nobody to show them. */
    static UpsertMetrics of(TableName table) {
        UpsertMetrics metrics = new UpsertMetrics();
        Option<SparkSession> session = SparkSession.getDefaultSession();
        if (session.isDefined()) {
            SparkContext context = session.get().sparkContext();
            for (Figure figure : Figure.values()) {
                metrics.accumulators.put(figure, context.longAccumulator("jdbc " + table + ": " + figure.label));
            }
        }
        return metrics;
    }

    void add(Figures figures) {
        accumulators.forEach((figure, accumulator) -> accumulator.add(figure.of(figures)));
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

        long of(Figures figures) {
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
