package io.millrace.sinks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/** Rows that wait for a flush, one a key: that of the greatest version, or else the last to arrive. */
final class PendingRows {
    private final UpsertPlan plan;
    private final FlushLimits limits;
    private final RowKey key;
    private final OptionalInt version;
    private final OptionalInt deleteMark;
    private final boolean partial;
    private final Map<Object, Row> byKey = new HashMap<>();
    private long weight;
    private long oldest;

    PendingRows(UpsertPlan plan) {
        this.plan = plan;
        this.limits = plan.target().limits();
        this.key = new RowKey(plan.target().database().dialect(), plan.keys());
        this.version = plan.index(plan.rule().version());
        this.deleteMark = plan.index(plan.rule().deleteMark());
        this.partial = plan.rule().keepOldWhereNull() || !plan.rule().updated().isEmpty();
    }

    /**
     * Takes a row.
     *
     * @throws UnfitValueException where its key is not whole
     */
    void add(Row row) throws UnfitValueException {
        if (byKey.isEmpty()) {
            oldest = System.nanoTime();
        }
        byKey.merge(key.of(row), row, this::winner);
        weight += RowWeight.of(row);
    }

    boolean full() {
        return plan.rule().durableRows()
                || limits.reachedBy(byKey.size(), weight, Duration.ofNanos(System.nanoTime() - oldest));
    }

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    List<Row> upserts() {
        return deleteMark.isEmpty()
                ? new ArrayList<>(byKey.values())
                : byKey.values().stream().filter(row -> !isDelete(row)).toList();
    }

    List<Row> deletes() {
        return deleteMark.isEmpty()
                ? List.of()
                : byKey.values().stream().filter(this::isDelete).toList();
    }

    void clear() {
        byKey.clear();
        weight = 0;
    }

    private boolean isDelete(Row row) {
        int mark = deleteMark.getAsInt();
        return !row.isNullAt(mark) && row.getBoolean(mark);
    }

    private Row winner(Row held, Row arrived) {
        if (plan.rule().insertOnly()) {
            return held;
        }
        boolean heldIsNewer =
                version.isPresent() && newer(held.get(version.getAsInt()), arrived.get(version.getAsInt()));
        Row older = heldIsNewer ? arrived : held;
        Row newer = heldIsNewer ? held : arrived;
        return partial && (deleteMark.isEmpty() || !(isDelete(older) || isDelete(newer)))
                ? combined(older, newer)
                : newer;
    }

    // Versions are of one orderable type, which the plan has checked.
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static boolean newer(@Nullable Object held, @Nullable Object arrived) {
        return held != null && (arrived == null || ((Comparable) held).compareTo(arrived) > 0);
    }

    /** What the table would hold after both rows, had it held neither. */
    private Row combined(Row older, Row newer) {
        Object[] values = new Object[newer.length()];
        for (int index = 0; index < values.length; index++) {
            values[index] = newer.get(index);
        }
        for (PlannedColumn column : plan.columns()) {
            int index = column.index();
            boolean keepsNull = plan.rule().keepOldWhereNull() && values[index] == null;
            if (!column.key() && (!column.updated() || keepsNull)) {
                values[index] = older.get(index);
            }
        }
        return RowFactory.create(values);
    }
}
