package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.DeadLetter;
import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** The rows that wait for a flush, folded by key as they arrive. */
final class PendingRows {
    private final UpsertPlan plan;
    private final FlushLimits limits;
    private final RowKey key;
    private final KeyFold fold;
    private final boolean keepsAll;
    private Map<Object, KeyChange> byKey = new HashMap<>();
    private List<Row> arrived = new ArrayList<>();
    private List<DeadLetter> invalid = new ArrayList<>();
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
     * Adds a row.
     *
     * @throws InvalidValueException if a key column is invalid
     */
    void add(Row row) throws InvalidValueException {
        Object keyOfRow = key.of(row);
        count(row);
        byKey.put(keyOfRow, fold.then(byKey.get(keyOfRow), row));
        deletes |= fold.isDelete(row);
        if (keepsAll) {
            arrived.add(row);
        }
    }

    /** Adds an invalid row, which becomes a dead letter. */
    void refuse(Row row, InvalidValueException refusal) {
        count(row);
        invalid.add(DeadLetter.of(row, refusal));
    }

    private void count(Row row) {
        if (isEmpty()) {
            oldest = System.nanoTime();
        }
        count++;
        weight += RowWeight.of(row);
    }

    boolean isFull() {
        return plan.rule().durableRows() || limits.reachedBy(byKey.size() + invalid.size(), weight, waited());
    }

    /** How long the oldest row has waited, if there is one. */
    Duration waited() {
        return Duration.ofNanos(System.nanoTime() - oldest);
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Removes and returns all rows, for a flush. */
    FlushRows take() {
        FlushRows rows = new FlushRows(key, fold, byKey, arrived, invalid, count, deletes);
        byKey = new HashMap<>();
        arrived = new ArrayList<>();
        invalid = new ArrayList<>();
        count = 0;
        deletes = false;
        weight = 0;
        return rows;
    }
}
