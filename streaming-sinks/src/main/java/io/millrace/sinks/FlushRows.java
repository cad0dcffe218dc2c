package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The rows of one flush: folded by key, and all of them as they came if they may be needed. */
final class FlushRows {
    private final RowKey key;
    private final KeyFold fold;
    private final Map<Object, KeyChange> byKey;
    private final List<Row> arrived;
    private final List<DeadLetter> unfit;
    private final int count;
    private final boolean hasDeletes;
    private @Nullable KeyChanges changes;

    FlushRows(
            RowKey key,
            KeyFold fold,
            Map<Object, KeyChange> byKey,
            List<Row> arrived,
            List<DeadLetter> unfit,
            int count,
            boolean hasDeletes) {
        this.key = key;
        this.fold = fold;
        this.byKey = byKey;
        this.arrived = arrived;
        this.unfit = unfit;
        this.count = count;
        this.hasDeletes = hasDeletes;
    }

    /** How many rows have come, whatever they were folded into. */
    int count() {
        return count;
    }

    /** How many keys they have, as far as Java can tell. */
    int keys() {
        return byKey.size();
    }

    boolean hasDeletes() {
        return hasDeletes;
    }

    /** Whether an upsert of one row a key is all there is to do. */
    boolean isOneUpsert() {
        return !hasDeletes && !fold.mayChain();
    }

    /** Whether rows of different {@link #key}s have different keys on the server. */
    boolean isExact() {
        return key.isExact();
    }

    Object key(Row row) {
        return key.known(row);
    }

    boolean isDelete(Row row) {
        return fold.isDelete(row);
    }

    /**
     * Those with a whole key, in their order of arrival; without those that are no newer than a delete before them, of which
     * the table itself keeps no version.
     */
    List<Row> inOrder() {
        if (!fold.remembersDeletes()) {
            return arrived;
        }
        Map<Object, Row> deleted = new HashMap<>();
        List<Row> current = new ArrayList<>();
        for (Row row : arrived) {
            Row delete = deleted.get(key.known(row));
            if (delete == null || fold.replaces(delete, row)) {
                current.add(row);
                if (fold.isDelete(row)) {
                    deleted.put(key.known(row), row);
                }
            }
        }
        return current;
    }

    /** Those that are dead letters already. */
    List<DeadLetter> unfit() {
        return unfit;
    }

    /** What the rows come to, asking the server for equal keys if only it can tell; it is asked once. */
    KeyChanges changes(Connection connection, UpsertSql.Flush table) throws SQLException {
        KeyChanges known = changes;
        if (known == null) {
            known = key.isExact() ? KeyChanges.of(byKey.values()) : folded(connection, table, arrived, fold);
            changes = known;
        }
        return known;
    }

    /** What some of the rows come to, of which each may be refused. */
    KeyChanges folded(Connection connection, UpsertSql.Flush table, List<Row> rows) throws SQLException {
        return folded(connection, table, rows, fold.apart());
    }

    private KeyChanges folded(Connection connection, UpsertSql.Flush table, List<Row> rows, KeyFold fold)
            throws SQLException {
        Map<Object, Integer> numbers = new HashMap<>();
        List<Row> firsts = new ArrayList<>();
        int[] numberOf = new int[rows.size()];
        for (int index = 0; index < numberOf.length; index++) {
            Row row = rows.get(index);
            numberOf[index] = numbers.computeIfAbsent(key.known(row), unused -> {
                firsts.add(row);
                return firsts.size() - 1;
            });
        }
        int[] same = same(connection, table, firsts);
        Map<Integer, KeyChange> changed = new HashMap<>();
        for (int index = 0; index < numberOf.length; index++) {
            int number = same[numberOf[index]];
            changed.put(number, fold.then(changed.get(number), rows.get(index)));
        }
        return KeyChanges.of(changed.values());
    }

    /** The same number for rows whose keys are equal on the server. */
    private int[] same(Connection connection, UpsertSql.Flush table, List<Row> rows) throws SQLException {
        return key.isExact() || rows.size() < 2
                ? IntStream.range(0, rows.size()).toArray()
                : table.sameKeys(connection, rows);
    }
}
