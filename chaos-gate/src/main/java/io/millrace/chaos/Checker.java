package io.millrace.chaos;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares what a sink has written with the truth; knows neither sink nor database. */
final class Checker {
    private final Truth truth;
    private final Map<Integer, Long> ends;

    /** @param ends the offset after the last event of each partition of the topic */
    Checker(Truth truth, Map<Integer, Long> ends) {
        this.truth = truth;
        this.ends = new TreeMap<>(ends);
    }

    /** Every event once, totals that are the fold of the audit and of the truth, and every batch as it was planned. */
    Verdict append(List<Written> audit, Map<Integer, Total> totals, Map<BatchId, BatchPlan> plans) {
        Verdict.Builder verdict = new Verdict.Builder();
        events(audit, verdict);
        sums(audit, verdict);
        totals(audit, totals, verdict);
        batches(audit, plans, verdict);
        return verdict.build(audit.size());
    }

    /** For each key the last event of the topic. */
    Verdict upsert(Map<Integer, Event> rows) {
        Verdict.Builder verdict = new Verdict.Builder();
        Map<Integer, Event> last = lastEvents();
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
                .forEach(key -> verdict.altered("key " + key + " never came"));
        return verdict.build(ends.values().stream().mapToLong(Long::longValue).sum());
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

    /** A second opinion, by count, sum and XOR alone. */
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
                verdict.altered("partition " + partition + " folds to " + found + " instead of " + expected);
            }
        });
    }

    private void totals(List<Written> audit, Map<Integer, Total> totals, Verdict.Builder verdict) {
        Map<Integer, Total> ofAudit = new TreeMap<>();
        audit.forEach(row -> ofAudit.merge(
                row.event().key(), Total.NONE.plus(row.event()), (total, unused) -> total.plus(row.event())));
        compare(totals, ofAudit, "the audit", verdict);
        Map<Integer, Total> ofTruth = new TreeMap<>();
        ends.forEach((partition, end) -> {
            for (long offset = 0; offset < end; offset++) {
                Event event = truth.at(partition, offset);
                ofTruth.merge(event.key(), Total.NONE.plus(event), (total, unused) -> total.plus(event));
            }
        });
        compare(totals, ofTruth, "the truth", verdict);
    }

    private static void compare(
            Map<Integer, Total> found, Map<Integer, Total> expected, String of, Verdict.Builder verdict) {
        Map<Integer, Total> all = new TreeMap<>(found);
        expected.forEach(all::putIfAbsent);
        all.keySet().forEach(key -> {
            Total total = found.getOrDefault(key, Total.NONE);
            if (!total.equals(expected.getOrDefault(key, Total.NONE))) {
                verdict.altered("key " + key + " has " + total + ", and the fold of " + of + " is "
                        + expected.getOrDefault(key, Total.NONE));
            }
        });
    }

    private static void batches(List<Written> audit, Map<BatchId, BatchPlan> plans, Verdict.Builder verdict) {
        Map<BatchId, List<Written>> batches = new TreeMap<>();
        audit.forEach(row -> batches.computeIfAbsent(new BatchId(row.query(), row.batch()), unused -> new ArrayList<>())
                .add(row));
        batches.forEach((id, rows) -> {
            BatchPlan plan = plans.get(id);
            if (plan == null) {
                verdict.altered(id + " is not in the checkpoint");
            } else if (rows.size() != plan.events() || !rows.stream().allMatch(row -> plan.holds(row.event()))) {
                verdict.partial(id + " wrote " + rows.size() + " rows, and its plan is " + plan);
            } else if (rows.stream().mapToLong(Written::transaction).distinct().count() > 1) {
                verdict.partial(id + " was written by several transactions");
            }
        });
    }

    private Map<Integer, Event> lastEvents() {
        Map<Integer, Event> last = new TreeMap<>();
        ends.forEach((partition, end) -> {
            for (long offset = 0; offset < end; offset++) {
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
