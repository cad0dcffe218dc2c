package io.millrace.sinks.jdbc.lookup;

import io.millrace.core.internal.QueryProperties;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a partition with what was found for them, in their order. As long as keys are cached, rows pass one by
 * one; at the first key that is not, it reads on to collect more of them for one query.
 */
final class LookupRows implements Iterator<InternalRow> {
    /** Rows that wait for a query at most, whatever their keys: they are in memory. */
    private static final int ROWS_AT_ONCE = 4_000;

    private final Iterator<InternalRow> input;
    private final LookupTable table;
    private final LookupSpec spec;
    private final LookupKeys keys;
    private final KnownRows kept;
    private final LookupTally tally;
    private final int rowsAtOnce;
    private final InternalRow miss;
    private final JoinedRow joined = new JoinedRow();
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private @Nullable InternalRow next;

    /** A row, with what is known of its key. */
    private record Waiting(InternalRow row, @Nullable Object key, InternalRow known) {}

    LookupRows(Iterator<InternalRow> input, LookupTable table, LookupSpec spec, KnownRows kept, LookupTally tally) {
        this.input = input;
        this.table = table;
        this.spec = spec;
        this.keys = LookupKeys.of(spec);
        this.kept = kept;
        this.tally = tally;
        this.rowsAtOnce = waitsForRows() ? ROWS_AT_ONCE : 1;
        this.miss = new GenericInternalRow(spec.values() + (spec.isMarked() ? 1 : 0));
        if (spec.isMarked()) {
            miss.setBoolean(spec.values(), true);
        }
    }

    /** In these modes a task runs on when there are no rows, and those that it has must not wait. */
    private static boolean waitsForRows() {
        TaskContext task = TaskContext.get();
        return task == null || !(QueryProperties.isContinuous(task) || QueryProperties.isRealTime(task));
    }

    @Override
    public boolean hasNext() {
        while (next == null) {
            Waiting first = waiting.poll();
            if (first != null) {
                next = result(first.row, first.known);
            } else if (input.hasNext()) {
                read(input.next());
            } else {
                return false;
            }
        }
        return true;
    }

    @Override
    public InternalRow next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        InternalRow row = next;
        next = null;
        if (row == null) {
            throw new NoSuchElementException();
        }
        return row;
    }

    private void read(InternalRow row) {
        Object key = keys.of(row);
        InternalRow known = known(key);
        if (key == null || known != null) {
            next = result(row, known == null ? KnownRows.NONE : known);
        } else {
            collect(row, key);
        }
    }

    /** The row of a key, or that there is none; null if that has to be asked. */
    private @Nullable InternalRow known(@Nullable Object key) {
        if (key == null) {
            tally.addNullKey();
            return KnownRows.NONE;
        }
        InternalRow known = kept.get(key, tally);
        if (known != null) {
            count(known);
        }
        return known;
    }

    private void count(InternalRow found) {
        tally.addRow(found != KnownRows.NONE);
    }

    private @Nullable InternalRow result(InternalRow row, InternalRow found) {
        if (found != KnownRows.NONE) {
            return joined.apply(row, found);
        }
        return spec.dropsMisses() ? null : joined.apply(row, miss);
    }

    /** Reads on from a row whose key has to be asked, asks, and leaves the rows in {@link #waiting}. */
    private void collect(InternalRow first, Object firstKey) {
        Map<Object, List<Object>> asked = new LinkedHashMap<>();
        List<Waiting> rows = new ArrayList<>();
        Map<Object, InternalRow> answers = new HashMap<>();
        add(first, firstKey, asked, answers, rows);
        while (asked.size() < spec.limits().keysPerQuery() && rows.size() < rowsAtOnce && input.hasNext()) {
            InternalRow row = input.next();
            Object key = keys.of(row);
            InternalRow known = known(key);
            if (key == null || known != null) {
                rows.add(new Waiting(row.copy(), null, known == null ? KnownRows.NONE : known));
            } else {
                add(row, key, asked, answers, rows);
            }
        }
        if (!asked.isEmpty()) {
            ask(asked, answers);
        }
        for (Waiting row : rows) {
            InternalRow found = row.key == null ? row.known : answers.getOrDefault(row.key, KnownRows.NONE);
            if (row.key != null) {
                count(found);
            }
            waiting.add(new Waiting(row.row, null, found));
        }
    }

    private void add(
            InternalRow row,
            Object key,
            Map<Object, List<Object>> asked,
            Map<Object, InternalRow> answers,
            List<Waiting> rows) {
        Object kept = LookupKeys.kept(key);
        rows.add(new Waiting(row.copy(), kept, KnownRows.NONE));
        if (!asked.containsKey(kept) && !answers.containsKey(kept)) {
            List<Object> plain = keys.plain(kept);
            if (plain != null && table.takes(plain)) {
                asked.put(kept, plain);
            } else {
                answers.put(kept, KnownRows.NONE);
            }
        }
    }

    private void ask(Map<Object, List<Object>> asked, Map<Object, InternalRow> answers) {
        long start = kept.now();
        LookupTable.Found found = table.find(List.copyOf(asked.values()));
        tally.addQuery(asked.size(), found.retries(), kept.now() - start);
        int index = 0;
        for (Object key : asked.keySet()) {
            InternalRow row = found.rows().get(index++);
            InternalRow answer = row == null ? KnownRows.NONE : row;
            answers.put(key, answer);
            kept.put(key, answer, start);
        }
    }
}
