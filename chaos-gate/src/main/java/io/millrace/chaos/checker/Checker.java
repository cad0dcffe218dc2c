package io.millrace.chaos.checker;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares the rows that a sink has written with the expected events; independent of sinks and database. */
public final class Checker {
    private final Truth truth;
    private final Map<Integer, Long> ends;

    /** @param ends the end offset of each partition of the topic */
    public Checker(Truth truth, Map<Integer, Long> ends) {
        this.truth = truth;
        this.ends = new TreeMap<>(ends);
    }

    /**
     * Checks that each event is in the audit once, that the totals match, and that each batch has its planned offsets.
     */
    public Verdict append(List<Written> audit, Map<Integer, Total> totals, Map<BatchId, BatchPlan> plans) {
        Verdict.Builder verdict = new Verdict.Builder();
        events(audit, verdict);
        sums(audit, verdict);
        totals(audit, totals, verdict);
        batches(audit, plans, verdict);
        return verdict.build(audit.size());
    }

    /**
     * Checks that each batch has set each of its keys once, to its last event, and that the rows have the last events.
     */
    public Verdict settled(List<Written> history, Map<Integer, Event> rows, Map<BatchId, BatchPlan> plans) {
        Verdict.Builder verdict = new Verdict.Builder();
        Map<BatchId, List<Written>> batches = byBatch(history);
        plans.forEach((id, plan) -> settled(id, plan, batches.getOrDefault(id, List.of()), verdict));
        batches.keySet().stream()
                .filter(id -> !plans.containsKey(id))
                .forEach(id -> verdict.altered(id + " is not in the checkpoint"));
        last(rows, verdict);
        return verdict.build(count());
    }

    /** Checks that each key has its last event of the topic. */
    public Verdict upsert(Map<Integer, Event> rows) {
        Verdict.Builder verdict = new Verdict.Builder();
        last(rows, verdict);
        return verdict.build(count());
    }

    private void settled(BatchId id, BatchPlan plan, List<Written> written, Verdict.Builder verdict) {
        Map<Integer, Event> expected = last(plan.from(), plan.until());
        Map<Integer, Event> found = new TreeMap<>();
        for (Written row : written) {
            if (found.put(row.event().key(), row.event()) != null) {
                verdict.duplicated("key " + row.event().key() + " in " + id);
            }
        }
        expected.forEach((key, event) -> {
            if (!found.containsKey(key)) {
                verdict.lost(1, "key " + key + " of " + id);
            } else if (!event.equals(found.get(key))) {
                verdict.altered("key " + key + " of " + id + " was " + found.get(key) + " instead of " + event);
            }
        });
        found.keySet().stream()
                .filter(key -> !expected.containsKey(key))
                .forEach(key -> verdict.altered("key " + key + " is not in " + id));
        inOneTransaction(id, written, verdict);
    }

    private void last(Map<Integer, Event> rows, Verdict.Builder verdict) {
        Map<Integer, Event> last = last(Map.of(), ends);
        last.forEach((key, event) -> {
            Event row = rows.get(key);
            if (row == null || row.offset() < event.offset()) {
                verdict.lost(1, "key " + key + " has " + row + " instead of " + event);
            } else if (!row.equals(event)) {
                verdict.altered("key " + key + " has " + row + " instead of " + event);
            }
        });
        rows.keySet().stream()
                .filter(key -> !last.containsKey(key))
                .forEach(key -> verdict.altered("key " + key + " is not in the topic"));
    }

    private long count() {
        return ends.values().stream().mapToLong(Long::longValue).sum();
    }

    private void events(List<Written> audit, Verdict.Builder verdict) {
        Map<Integer, BitSet> seen = new HashMap<>();
        for (Written row : audit) {
            Event event = row.event();
            if (event.offset() < 0 || event.offset() >= ends.getOrDefault(event.partition(), 0L)) {
                verdict.altered("the topic has no such event: " + row);
            } else if (!truth.at(event.partition(), event.offset()).equals(event)) {
                verdict.altered("the topic has another event at this offset: " + row);
            } else {
                BitSet offsets = seen.computeIfAbsent(event.partition(), unused -> new BitSet());
                int offset = Math.toIntExact(event.offset());
                if (offsets.get(offset)) {
                    verdict.duplicated(row.toString());
                }
                offsets.set(offset);
            }
        }
        ends.forEach((partition, end) -> missing(partition, end, seen.getOrDefault(partition, new BitSet()), verdict));
    }

    private static void missing(int partition, long end, BitSet seen, Verdict.Builder verdict) {
        int from = seen.nextClearBit(0);
        while (from < end) {
            int next = seen.nextSetBit(from);
            long until = next < 0 ? end : next;
            verdict.lost(until - from, "partition " + partition + ", offsets " + from + " until " + until);
            from = next < 0 ? (int) end : seen.nextClearBit(next);
        }
    }

    /** Compares counts, sums and XORs, as an independent second check. */
    private void sums(List<Written> audit, Verdict.Builder verdict) {
        Map<Integer, Fold> written = new HashMap<>();
        audit.forEach(row -> written.merge(row.event().partition(), Fold.of(row.event()), Fold::plus));
        ends.forEach((partition, end) -> {
            Fold expected = Fold.NONE;
            for (long offset = 0; offset < end; offset++) {
                expected = expected.plus(Fold.of(truth.at(partition, offset)));
            }
            Fold found = written.getOrDefault(partition, Fold.NONE);
            if (!found.equals(expected)) {
                verdict.altered("partition " + partition + " adds up to " + found + " instead of " + expected);
            }
        });
    }

    private void totals(List<Written> audit, Map<Integer, Total> totals, Verdict.Builder verdict) {
        Map<Integer, Total> ofAudit = new TreeMap<>();
        audit.forEach(row -> ofAudit.merge(
                row.event().key(), Total.NONE.plus(row.event()), (total, unused) -> total.plus(row.event())));
        compare(totals, ofAudit, "the audit rows", verdict);
        Map<Integer, Total> ofTruth = new TreeMap<>();
        ends.forEach((partition, end) -> {
            for (long offset = 0; offset < end; offset++) {
                Event event = truth.at(partition, offset);
                ofTruth.merge(event.key(), Total.NONE.plus(event), (total, unused) -> total.plus(event));
            }
        });
        compare(totals, ofTruth, "the expected events", verdict);
    }

    private static void compare(
            Map<Integer, Total> found, Map<Integer, Total> expected, String of, Verdict.Builder verdict) {
        Map<Integer, Total> all = new TreeMap<>(found);
        expected.forEach(all::putIfAbsent);
        all.keySet().forEach(key -> {
            Total total = found.getOrDefault(key, Total.NONE);
            if (!total.equals(expected.getOrDefault(key, Total.NONE))) {
                verdict.altered("key " + key + " has " + total + ", but " + of + " add up to "
                        + expected.getOrDefault(key, Total.NONE));
            }
        });
    }

    private static void batches(List<Written> audit, Map<BatchId, BatchPlan> plans, Verdict.Builder verdict) {
        byBatch(audit).forEach((id, rows) -> {
            BatchPlan plan = plans.get(id);
            if (plan == null) {
                verdict.altered(id + " is not in the checkpoint");
            } else if (rows.size() != plan.events() || !rows.stream().allMatch(row -> plan.contains(row.event()))) {
                verdict.partial(id + " wrote " + rows.size() + " rows, but its plan is " + plan);
            } else {
                inOneTransaction(id, rows, verdict);
            }
        });
    }

    private static void inOneTransaction(BatchId id, List<Written> rows, Verdict.Builder verdict) {
        if (rows.stream().mapToLong(Written::transaction).distinct().count() > 1) {
            verdict.partial(id + " was written by several transactions");
        }
    }

    private static Map<BatchId, List<Written>> byBatch(List<Written> audit) {
        Map<BatchId, List<Written>> batches = new TreeMap<>();
        audit.forEach(row -> batches.computeIfAbsent(new BatchId(row.query(), row.batch()), unused -> new ArrayList<>())
                .add(row));
        return batches;
    }

    private Map<Integer, Event> last(Map<Integer, Long> from, Map<Integer, Long> until) {
        Map<Integer, Event> last = new TreeMap<>();
        until.forEach((partition, end) -> {
            for (long offset = from.getOrDefault(partition, 0L); offset < end; offset++) {
                Event event = truth.at(partition, offset);
                last.put(event.key(), event);
            }
        });
        return last;
    }

    private record Fold(long count, long sum, long xor) {
        static final Fold NONE = new Fold(0, 0, 0);

        static Fold of(Event event) {
            return new Fold(1, event.amount(), event.hash());
        }

        Fold plus(Fold other) {
            return new Fold(count + other.count, sum + other.sum, xor ^ other.xor);
        }
    }
}
