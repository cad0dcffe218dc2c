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
record DemoResult(ExpectedCounts expected, QueryWatch.Snapshot query, List<String> differences) {
    static DemoResult of(int events, ExpectedCounts expected, Map<Bucket, Long> table, QueryWatch.Snapshot query) {
        List<String> differences = new ArrayList<>();
        compare(differences, "records in the topic", events, expected.records());
        compare(differences, "records read by the query", expected.records(), query.read());
        compare(differences, "malformed records seen by the query", expected.malformed(), query.malformed());
        // Spark counts groups of late hits, not hits, so only zero and more than zero can be compared.
        compare(differences, "any hits dropped by the watermark", expected.tooLate() > 0, query.droppedGroups() > 0);
        differences.addAll(tableDifferences(expected, table));
        return new DemoResult(expected, query, differences);
    }

    static List<String> tableDifferences(ExpectedCounts expected, Map<Bucket, Long> table) {
        List<String> differences = new ArrayList<>();
        Set<Bucket> buckets = new TreeSet<>(expected.counts().keySet());
        buckets.addAll(table.keySet());
        for (Bucket bucket : buckets) {
            compare(
                    differences,
                    "window " + TimeOfDay.window(bucket.windowStart()) + " zip " + bucket.zip(),
                    expected.counts().getOrDefault(bucket, 0L),
                    table.getOrDefault(bucket, 0L));
        }
        return differences;
    }

    boolean isExact() {
        return differences.isEmpty();
    }

    String closingLine() {
        return "demo: " + (isExact() ? "exact" : "NOT exact") + ", events=" + expected.records() + " windows="
                + expected.windows() + " late=" + expected.tooLate() + " malformed=" + expected.malformed()
                + " differences="
                + differences.size();
    }

    private static void compare(List<String> differences, String what, Object expected, Object found) {
        if (!String.valueOf(expected).equals(String.valueOf(found))) {
            differences.add(what + ": expected " + expected + ", found " + found);
        }
    }
}
