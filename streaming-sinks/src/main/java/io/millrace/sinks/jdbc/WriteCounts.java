package io.millrace.sinks.jdbc;

import io.millrace.core.internal.QueryLog;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.Map;

/** Counts the work of a task or a batch. A count that is not in the map is zero. */
record WriteCounts(Map<Metric, Long> counts) implements Serializable {
    static final WriteCounts NONE = new WriteCounts(Map.of());

    /** What is counted, with its names in Spark's accumulators and in its metrics system. */
    enum Metric {
        ROWS("rows", "rows-written"),
        FLUSHES("flushes", "flushes"),
        /** The time spent in flushes, summed over parallel tasks. */
        MILLISECONDS("ms in flushes", "flush-ms"),
        RETRIES("retries", "retries"),
        /** The number of retries after a deadlock. */
        DEADLOCKS("deadlocks", "deadlocks"),
        DEAD_LETTERS("dead letters", "dead-letters"),
        /** The batches that were in the table already, and were not written again. */
        BATCHES_SKIPPED("batches skipped", "batches-skipped");

        private final String label;
        private final String metric;

        Metric(String label, String metric) {
            this.label = label;
            this.metric = metric;
        }

        String metric() {
            return metric;
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

    static WriteCounts skipped() {
        return new WriteCounts(Map.of(Metric.BATCHES_SKIPPED, 1L));
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

    /** Whether no row was written and nothing was retried, as in the tasks of a batch without rows. */
    boolean isEmpty() {
        return of(Metric.ROWS) == 0 && of(Metric.RETRIES) == 0;
    }

    /** Such as {@code 2 rows in 1 flush and 3 ms, 1 retry}. */
    @Override
    public String toString() {
        return QueryLog.count(of(Metric.ROWS), "row") + " in " + QueryLog.count(of(Metric.FLUSHES), "flush") + " and "
                + of(Metric.MILLISECONDS) + " ms" + unlessZero(Metric.RETRIES, "retry")
                + unlessZero(Metric.DEADLOCKS, "deadlock") + unlessZero(Metric.DEAD_LETTERS, "dead letter");
    }

    private String unlessZero(Metric metric, String singular) {
        return of(metric) == 0 ? "" : ", " + QueryLog.count(of(metric), singular);
    }
}
