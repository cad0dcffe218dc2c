package io.millrace.benchmarks;

import io.millrace.testkit.TargetFaults;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import org.apache.spark.sql.Row;

/** A table in this JVM for planted sinks, each of whose operations is a statement with a commit of its own. */
public final class MemoryTable {
    /** The only one, so that tasks find it. */
    public static final MemoryTable TABLE = new MemoryTable();

    private final TargetFaults faults = new TargetFaults();
    private final List<Row> appended = new ArrayList<>();
    private final Map<Object, Row> byKey = new LinkedHashMap<>();
    private final Set<String> marks = new HashSet<>();
    private boolean broken;

    private MemoryTable() {}

    /** The faults that every operation asks. */
    public TargetFaults faults() {
        return faults;
    }

    /** Empties it. */
    public synchronized void clear() {
        appended.clear();
        byKey.clear();
        marks.clear();
        broken = false;
    }

    /** Refuses every write from now on, or no longer. */
    public synchronized void refuse(boolean refuses) {
        broken = refuses;
    }

    /** All rows. */
    public synchronized List<Row> rows() {
        List<Row> rows = new ArrayList<>(appended);
        rows.addAll(byKey.values());
        return rows;
    }

    /** Appends the rows. */
    public synchronized void append(List<Row> rows) {
        statement();
        appended.addAll(rows);
    }

    /** Appends the rows and remembers {@code mark}, both or neither, unless it is remembered. */
    public synchronized void appendOnce(String mark, List<Row> rows) {
        statement();
        if (marks.add(mark)) {
            appended.addAll(rows);
        }
    }

    /** Appends the rows and remembers {@code mark}, both or neither, unless one at or above it is remembered. */
    public synchronized void appendAbove(long mark, List<Row> rows) {
        statement();
        if (marks.stream().mapToLong(Long::parseLong).noneMatch(known -> known >= mark)) {
            marks.add(Long.toString(mark));
            appended.addAll(rows);
        }
    }

    /** Remembers {@code mark}. */
    public synchronized void mark(String mark) {
        statement();
        marks.add(mark);
    }

    /** Forgets {@code mark}. */
    public synchronized void unmark(String mark) {
        statement();
        marks.remove(mark);
    }

    /** Whether {@code mark} is remembered. */
    public synchronized Set<String> marks() {
        statement();
        return Set.copyOf(marks);
    }

    /** Keeps {@code row} at {@code key}, or what {@code merge} makes of the known row and this one. */
    public synchronized void put(Object key, Row row, BinaryOperator<Row> merge) {
        statement();
        byKey.merge(key, row, merge);
    }

    /** Keeps the rows of the highest version, in the column 1, by the values of the key's columns: all or none. */
    public synchronized void putNewer(List<Row> rows, int... keys) {
        statement();
        rows.forEach(
                row -> byKey.merge(key(row, keys), row, (old, next) -> next.getLong(1) >= old.getLong(1) ? next : old));
    }

    /** Removes the rows that agree with one of {@code rows} in these columns. */
    public synchronized void remove(List<Row> rows, int... keys) {
        statement();
        Set<Object> removed = new HashSet<>();
        rows.forEach(row -> removed.add(key(row, keys)));
        byKey.values().removeIf(known -> removed.contains(key(known, keys)));
    }

    /** The values of the key's columns. */
    public static List<Object> key(Row row, int... keys) {
        List<Object> key = new ArrayList<>();
        for (int column : keys) {
            key.add(row.get(column));
        }
        return key;
    }

    private void statement() {
        faults.statement();
        if (broken) {
            throw new IllegalStateException("the table refuses writes");
        }
    }
}
