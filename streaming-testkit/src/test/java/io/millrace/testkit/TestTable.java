package io.millrace.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.Row;

/** A table in this JVM, with the ledger of these tests' sinks. Tasks find it by the name of its test class. */
final class TestTable {
    private static final Map<String, TestTable> ALL = new HashMap<>();

    private final List<Row> appended = new ArrayList<>();
    private final Map<Long, Row> byId = new LinkedHashMap<>();
    private final Set<String> done = new HashSet<>();
    private long ledger = -1;
    private boolean broken;

    static synchronized TestTable named(String name) {
        return ALL.computeIfAbsent(name, key -> new TestTable());
    }

    synchronized void clear() {
        appended.clear();
        byId.clear();
        done.clear();
        ledger = -1;
        broken = false;
    }

    synchronized List<Row> rows() {
        List<Row> rows = new ArrayList<>(appended);
        rows.addAll(byId.values());
        return rows;
    }

    synchronized void broken(boolean refuses) {
        broken = refuses;
    }

    synchronized void append(List<Row> rows) {
        refuseIfBroken();
        appended.addAll(rows);
    }

    synchronized void appendOnce(long batch, List<Row> rows) {
        refuseIfBroken();
        if (batch > ledger) {
            appended.addAll(rows);
            ledger = batch;
        }
    }

    synchronized void upsertNewer(List<Row> rows) {
        refuseIfBroken();
        rows.forEach(
                row -> byId.merge(row.getLong(0), row, (old, last) -> last.getLong(1) > old.getLong(1) ? last : old));
    }

    synchronized void upsert(List<Row> rows) {
        refuseIfBroken();
        rows.forEach(row -> byId.put(row.getLong(0), row));
    }

    synchronized boolean isDone(String work) {
        return done.contains(work);
    }

    synchronized void done(String work) {
        done.add(work);
    }

    private void refuseIfBroken() {
        if (broken) {
            throw new IllegalStateException("the table refuses writes");
        }
    }
}
