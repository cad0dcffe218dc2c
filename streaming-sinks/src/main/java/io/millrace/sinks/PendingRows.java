package io.millrace.sinks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Rows that wait for a flush, folded by key as they come. */
final class PendingRows {
    private final UpsertPlan plan;
    private final FlushLimits limits;
    private final RowKey key;
    private final KeyFold fold;
    private final boolean keepsAll;
    private Map<Object, KeyChange> byKey = new HashMap<>();
    private List<Row> arrived = new ArrayList<>();
    private List<DeadLetter> unfit = new ArrayList<>();
    private int count;
    private boolean deletes;
    private long weight;
    private long oldest;

    PendingRows(UpsertPlan plan) {
        this.plan = plan;
        this.limits = plan.limits();
        this.key = new RowKey(plan.database().dialect(), plan.keys());
        this.fold = new KeyFold(plan, key.hasOneSpelling());
        this.keepsAll = plan.rule().deadLetters() != null || !key.isExact();
    }

    /**
     * Takes a row.
     *
     * @throws InvalidValueException if its key is not whole
     */
    void add(Row row) throws InvalidValueException {
        Object of = key.of(row);
        took(row);
        byKey.put(of, fold.then(byKey.get(of), row));
        deletes |= fold.isDelete(row);
        if (keepsAll) {
            arrived.add(row);
        }
    }

    /** Takes a row that is a dead letter already. */
    void refuse(Row row, InvalidValueException refusal) {
        took(row);
        unfit.add(DeadLetter.of(row, refusal));
    }

    private void took(Row row) {
        if (isEmpty()) {
            oldest = System.nanoTime();
        }
        count++;
        weight += RowWeight.of(row);
    }

    boolean full() {
        return plan.rule().durableRows()
                || limits.reachedBy(byKey.size() + unfit.size(), weight, Duration.ofNanos(System.nanoTime() - oldest));
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** What is to be flushed; the next flush begins empty. */
    FlushRows take() {
        FlushRows rows = new FlushRows(key, fold, byKey, arrived, unfit, count, deletes);
        byKey = new HashMap<>();
        arrived = new ArrayList<>();
        unfit = new ArrayList<>();
        count = 0;
        deletes = false;
        weight = 0;
        return rows;
    }
}
