package io.millrace.samples.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The result of the demo.
 *
 * @param differences a line for each difference; empty if the table is exact
 */
record Verdict(Truth truth, QueryWatch.Snapshot query, List<String> differences) {
    static Verdict of(int events, Truth truth, Map<Bucket, Long> table, QueryWatch.Snapshot query) {
        List<String> differences = new ArrayList<>();
        compare(differences, "records in the topic", events, truth.records());
        compare(differences, "records read by the query", truth.records(), query.read());
        compare(differences, "malformed records seen by the query", truth.malformed(), query.malformed());
        // Spark counts groups of late hits, not hits, so only zero and more than zero can be compared.
        compare(differences, "any hits dropped by the watermark", truth.tooLate() > 0, query.droppedGroups() > 0);
        differences.addAll(tableDifferences(truth, table));
        return new Verdict(truth, query, differences);
    }

    static List<String> tableDifferences(Truth truth, Map<Bucket, Long> table) {
        List<String> differences = new ArrayList<>();
        Set<Bucket> buckets = new TreeSet<>(truth.counts().keySet());
        buckets.addAll(table.keySet());
        for (Bucket bucket : buckets) {
            compare(
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

    private static void compare(List<String> differences, String what, Object expected, Object found) {
        if (!String.valueOf(expected).equals(String.valueOf(found))) {
            differences.add(what + ": expected " + expected + ", found " + found);
        }
    }
}
