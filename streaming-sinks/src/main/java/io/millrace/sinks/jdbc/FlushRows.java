package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.DeadLetter;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** The rows of one flush: folded by key, and also in their order of arrival if that may be needed. */
final class FlushRows {
    private final RowKey key;
    private final KeyFold fold;
    private final Map<Object, KeyChange> byKey;
    private final List<Row> arrived;
    private final List<DeadLetter> invalid;
    private final int count;
    private final boolean hasDeletes;
    private @Nullable KeyChanges changes;

    FlushRows(
            RowKey key,
            KeyFold fold,
            Map<Object, KeyChange> byKey,
            List<Row> arrived,
            List<DeadLetter> invalid,
            int count,
            boolean hasDeletes) {
        this.key = key;
        this.fold = fold;
        this.byKey = byKey;
        this.arrived = arrived;
        this.invalid = invalid;
        this.count = count;
        this.hasDeletes = hasDeletes;
    }

    /** The number of rows that arrived, before folding. */
    int count() {
        return count;
    }

    /** The number of distinct keys, as Java compares them. */
    int keys() {
        return byKey.size();
    }

    boolean hasDeletes() {
        return hasDeletes;
    }

    /** Whether the flush is a single upsert with one row per key. */
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
     * The rows with a valid key in their order of arrival, except those not newer than an earlier delete, since the
     * table keeps no version of a deleted key.
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

    /** The invalid rows, which become dead letters. */
    List<DeadLetter> invalid() {
        return invalid;
    }

    /** Folds all rows once; the server compares the keys if Java cannot. */
    KeyChanges changes(Connection connection, UpsertSql.Flush table) throws SQLException {
        KeyChanges known = changes;
        if (known == null) {
            known = key.isExact() ? KeyChanges.of(byKey.values()) : folded(connection, table, arrived, fold);
            changes = known;
        }
        return known;
    }

    /** Folds some of the rows, any of which the table may refuse. */
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

    /** Numbers the rows; rows whose keys are equal on the server get the same number. */
    private int[] same(Connection connection, UpsertSql.Flush table, List<Row> rows) throws SQLException {
        return key.isExact() || rows.size() < 2
                ? IntStream.range(0, rows.size()).toArray()
                : table.sameKeys(connection, rows);
    }
}
