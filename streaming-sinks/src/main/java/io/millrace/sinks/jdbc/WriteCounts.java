package io.millrace.sinks.jdbc;

import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;

/** Counts the work of a task or a batch. A count that is not in the map is zero. */
record WriteCounts(Map<Metric, Long> counts) implements Serializable {
    static final WriteCounts NONE = new WriteCounts(Map.of());

    /** What is counted, with its name in Spark's accumulators. */
    enum Metric {
        ROWS("rows"),
        FLUSHES("flushes"),
        /** The time spent in flushes, summed over parallel tasks. */
        MILLISECONDS("ms in flushes"),
        RETRIES("retries"),
        /** The number of retries after a deadlock. */
        DEADLOCKS("deadlocks"),
        DEAD_LETTERS("dead letters");

        private final String label;

        Metric(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    static WriteCounts written(long rows, long flushes, long milliseconds) {
        return new WriteCounts(Map.of(Metric.ROWS, rows, Metric.FLUSHES, flushes, Metric.MILLISECONDS, milliseconds));
    }

    static WriteCounts retried(long retries, long deadlocks) {
        return new WriteCounts(Map.of(Metric.RETRIES, retries, Metric.DEADLOCKS, deadlocks));
    }

    static WriteCounts refused(long deadLetters) {
        return new WriteCounts(Map.of(Metric.DEAD_LETTERS, deadLetters));
    }

    long of(Metric metric) {
        return counts.getOrDefault(metric, 0L);
    }

    WriteCounts plus(WriteCounts more) {
        Map<Metric, Long> sum = new EnumMap<>(Metric.class);
        sum.putAll(counts);
        more.counts.forEach((metric, count) -> sum.merge(metric, count, Long::sum));
        return new WriteCounts(sum);
    }

    @Override
    public String toString() {
        return of(Metric.ROWS) + " rows in " + of(Metric.FLUSHES) + " flushes and " + of(Metric.MILLISECONDS) + " ms, "
                + of(Metric.RETRIES) + " retries, " + of(Metric.DEADLOCKS) + " deadlocks, " + of(Metric.DEAD_LETTERS)
                + " dead letters";
    }
}
