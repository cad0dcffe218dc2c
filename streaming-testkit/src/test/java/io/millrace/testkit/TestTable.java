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
public final class TestTable {
    private static final Map<String, TestTable> ALL = new HashMap<>();

    private final List<Row> appended = new ArrayList<>();
    private final Map<Long, Row> byId = new LinkedHashMap<>();
    private final Set<String> done = new HashSet<>();
    private long ledger = -1;
    private final TargetFaults faults = new TargetFaults();
    private boolean broken;

    private TestTable() {}

    public static synchronized TestTable named(String name) {
        return ALL.computeIfAbsent(name, key -> new TestTable());
    }

    public synchronized void clear() {
        appended.clear();
        byId.clear();
        done.clear();
        ledger = -1;
        broken = false;
    }

    public synchronized List<Row> rows() {
        List<Row> rows = new ArrayList<>(appended);
        rows.addAll(byId.values());
        return rows;
    }

    public synchronized void broken(boolean refuses) {
        broken = refuses;
    }

    public synchronized void append(List<Row> rows) {
        refuseIfBroken();
        appended.addAll(rows);
    }

    public synchronized void appendOnce(long batch, List<Row> rows) {
        refuseIfBroken();
        if (batch > ledger) {
            appended.addAll(rows);
            ledger = batch;
        }
    }

    public synchronized void upsertNewer(List<Row> rows) {
        refuseIfBroken();
        rows.forEach(
                row -> byId.merge(row.getLong(0), row, (old, last) -> last.getLong(1) > old.getLong(1) ? last : old));
    }

    public synchronized void upsert(List<Row> rows) {
        refuseIfBroken();
        rows.forEach(row -> byId.put(row.getLong(0), row));
    }

    public synchronized boolean isDone(String work) {
        faults.statement();
        return done.contains(work);
    }

    public synchronized void done(String work) {
        faults.statement();
        done.add(work);
    }

    public TargetFaults faults() {
        return faults;
    }

    private void refuseIfBroken() {
        faults.statement();
        if (broken) {
            throw new IllegalStateException("the table refuses writes");
        }
    }
}
