package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import java.util.Objects;
import java.util.OptionalInt;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Folds the rows of one key in their order of arrival, with the same result as if each had been applied alone. Two
 * rules go beyond that: the greatest version wins, even across a delete, and the first of equal versions wins.
 */
final class KeyFold {
    private final UpsertPlan plan;
    private final OptionalInt version;
    private final OptionalInt deleteMark;
    private final boolean insertOnly;
    private final boolean keepsOld;
    private final boolean deletesFirst;
    private final boolean apart;

    /** @param oneSpelling whether equal keys are spelled the same */
    KeyFold(UpsertPlan plan, boolean oneSpelling) {
        this(plan, oneSpelling, false);
    }

    private KeyFold(UpsertPlan plan, boolean oneSpelling, boolean apart) {
        this.plan = plan;
        this.version = plan.index(plan.rule().version());
        this.deleteMark = plan.index(plan.rule().deleteMark());
        this.insertOnly = plan.rule().insertOnly();
        this.keepsOld = plan.rule().keepOldWhereNull();
        // An upsert of all columns makes an earlier delete redundant, except for the spelling of the key.
        this.deletesFirst = keepsOld || !plan.rule().updated().isEmpty() || !oneSpelling;
        this.apart = apart;
    }

    /**
     * Returns a fold that never combines values of two rows: if the table refuses one, none of its values may be kept.
     */
    KeyFold apart() {
        return new KeyFold(plan, !deletesFirst, true);
    }

    boolean isDelete(Row row) {
        if (deleteMark.isEmpty()) {
            return false;
        }
        int mark = deleteMark.getAsInt();
        return !row.isNullAt(mark) && row.getBoolean(mark);
    }

    /** Whether a key may need several upserts one after the other. */
    boolean mayChain() {
        return keepsOld && version.isPresent();
    }

    /** Whether a delete prevails over older rows that arrive after it. */
    boolean remembersDeletes() {
        return version.isPresent() && deleteMark.isPresent();
    }

    KeyChange then(@Nullable KeyChange held, Row arrived) {
        if (held == null) {
            return isDelete(arrived) ? new KeyChange(null, arrived, null) : new KeyChange(null, null, arrived);
        }
        if (insertOnly || !replaces(held.last(), arrived)) {
            return held;
        }
        if (isDelete(arrived)) {
            return new KeyChange(null, arrived, null);
        }
        Row upsert = held.upsert();
        if (upsert == null) {
            return new KeyChange(null, deletesFirst ? held.delete() : null, arrived);
        }
        return dependsOnTheTable(upsert, arrived) || (apart && combinesValues(upsert, arrived))
                ? new KeyChange(held, null, arrived)
                : new KeyChange(held.before(), held.delete(), combined(upsert, arrived));
    }

    /** Compares versions like the guard in SQL. The plan has checked that they have one orderable type. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    boolean replaces(Row held, Row arrived) {
        if (version.isEmpty()) {
            return true;
        }
        Object old = held.get(version.getAsInt());
        Object fresh = arrived.get(version.getAsInt());
        return old == null || (fresh != null && ((Comparable) old).compareTo(fresh) < 0);
    }

    /** Whether the older row may fill a NULL of the newer one only if the table's version is older than both. */
    private boolean dependsOnTheTable(Row older, Row newer) {
        if (!mayChain() || newer.isNullAt(version.getAsInt())) {
            return false;
        }
        return plan.columns().stream()
                .anyMatch(column ->
                        column.updated() && newer.isNullAt(column.index()) && !older.isNullAt(column.index()));
    }

    private boolean combinesValues(Row older, Row newer) {
        return plan.columns().stream().anyMatch(column -> !column.key() && stays(column, older, newer));
    }

    /** Whether the older row's value survives the newer row. */
    private boolean stays(PlannedColumn column, Row older, Row newer) {
        int index = column.index();
        return (!column.updated() || (keepsOld && newer.isNullAt(index)))
                && !Objects.deepEquals(older.get(index), newer.get(index));
    }

    /** Returns what the table would hold after both rows if it had held neither: a known key keeps its spelling. */
    private Row combined(Row older, Row newer) {
        Object @Nullable [] values = null;
        for (PlannedColumn column : plan.columns()) {
            if (stays(column, older, newer)) {
                values = values == null ? values(newer) : values;
                values[column.index()] = older.get(column.index());
            }
        }
        return values == null ? newer : RowFactory.create(values);
    }

    private static Object[] values(Row row) {
        Object[] values = new Object[row.length()];
        for (int index = 0; index < values.length; index++) {
            values[index] = row.get(index);
        }
        return values;
    }
}
