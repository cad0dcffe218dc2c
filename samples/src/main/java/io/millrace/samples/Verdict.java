package io.millrace.samples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the demo found out.
 *
 * @param differences one line each, none where the table is exact
 */
record Verdict(Truth truth, QueryWatch.Snapshot query, List<String> differences) {
    static Verdict of(int events, Truth truth, Map<Bucket, Long> table, QueryWatch.Snapshot query) {
        List<String> differences = new ArrayList<>();
        same(differences, "records in the topic", events, truth.records());
        same(differences, "records that the query has read", truth.records(), query.read());
        same(differences, "malformed records that the query has seen", truth.malformed(), query.malformed());
        // Spark counts groups of late hits, not hits: only none at all can be told from some.
        same(differences, "hits dropped by the watermark, at all", truth.tooLate() > 0, query.droppedGroups() > 0);
        differences.addAll(tableDifferences(truth, table));
        return new Verdict(truth, query, differences);
    }

    static List<String> tableDifferences(Truth truth, Map<Bucket, Long> table) {
        List<String> differences = new ArrayList<>();
        Set<Bucket> buckets = new TreeSet<>(truth.counts().keySet());
        buckets.addAll(table.keySet());
        for (Bucket bucket : buckets) {
            same(
                    differences,
                    "window " + Times.window(bucket.windowStart()) + " zip " + bucket.zip(),
                    truth.counts().getOrDefault(bucket, 0L),
                    table.getOrDefault(bucket, 0L));
        }
        return differences;
    }

    boolean isExact() {
        return differences.isEmpty();
    }

    String closingLine() {
        return "demo: " + (isExact() ? "exact" : "NOT exact") + ", events=" + truth.records() + " windows="
                + truth.windows() + " late=" + truth.tooLate() + " malformed=" + truth.malformed() + " differences="
                + differences.size();
    }

    private static void same(List<String> differences, String what, Object truth, Object found) {
        if (!String.valueOf(truth).equals(String.valueOf(found))) {
            differences.add(what + ": should be " + truth + ", is " + found);
        }
    }
}
