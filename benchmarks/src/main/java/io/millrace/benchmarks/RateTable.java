package io.millrace.benchmarks;

import static io.millrace.benchmarks.WriteRates.INSERT;
import static io.millrace.benchmarks.WriteRates.UPDATE;

import com.github.freva.asciitable.AsciiTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The rows per second of each contender for each job, in all rounds. */
final class RateTable {
    private static final String[] HEADERS = {"job", "contender", "median rows/s", "min", "max"};

    private final Map<List<String>, List<Long>> rates = new LinkedHashMap<>();

    void add(String job, String contender, long rows, long nanoseconds) {
        rates.computeIfAbsent(List.of(job, contender), unused -> new ArrayList<>())
                .add(rows * 1_000_000_000L / nanoseconds);
    }

    /** Discards the measurements of the warm-up. */
    void clear() {
        rates.clear();
    }

    long median(String job, String contender) {
        List<Long> measured = rates.get(List.of(job, contender));
        if (measured == null) {
            throw new IllegalStateException(job + " by " + contender + " was not measured");
        }
        return measured.stream().sorted().toList().get(measured.size() / 2);
    }

    /** Returns the ratio to another contender, for new or for existing keys, whichever is lower. */
    String lowerRatio(String contender, String other) {
        return lowerRatio(contender, median(INSERT, other), median(UPDATE, other));
    }

    /** Returns the ratio to such rates for new and for existing keys, whichever is lower. */
    String lowerRatio(String contender, long insert, long update) {
        String inserts = ratio(INSERT, contender, insert);
        String updates = ratio(UPDATE, contender, update);
        return inserts.compareTo(updates) < 0 ? inserts : updates;
    }

    String ratio(String job, String contender, long other) {
        return String.format(Locale.ROOT, "%.2f", (double) median(job, contender) / other);
    }

    void print() {
        Object[][] cells = rates.keySet().stream().map(this::cells).toArray(Object[][]::new);
        System.out.println(AsciiTable.getTable(HEADERS, cells));
    }

    private Object[] cells(List<String> key) {
        List<Long> sorted = rates.getOrDefault(key, List.of()).stream().sorted().toList();
        return new Object[] {
            key.get(0),
            key.get(1),
            String.format(Locale.ROOT, "%,d", sorted.get(sorted.size() / 2)),
            String.format(Locale.ROOT, "%,d", sorted.get(0)),
            String.format(Locale.ROOT, "%,d", sorted.get(sorted.size() - 1))
        };
    }
}
