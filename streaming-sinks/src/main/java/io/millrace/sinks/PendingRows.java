package io.millrace.sinks;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Rows that wait for a flush, one a key: the last to arrive. */
final class PendingRows {
    private final UpsertPlan plan;
    private final Map<Object, Row> byKey = new HashMap<>();
    private long weight;
    private long oldest;

    PendingRows(UpsertPlan plan) {
        this.plan = plan;
    }

    void add(Row row) {
        if (byKey.isEmpty()) {
            oldest = System.nanoTime();
        }
        byKey.put(plan.keyOf(row), row);
        weight += plan.weightOf(row);
    }

    boolean full() {
        FlushLimits limits = plan.limits();
        return byKey.size() >= limits.rows()
                || weight >= limits.bytes()
                || System.nanoTime() - oldest >= limits.age().toNanos();
    }

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    Collection<Row> rows() {
        return byKey.values();
    }

    void clear() {
        byKey.clear();
        weight = 0;
    }
}
