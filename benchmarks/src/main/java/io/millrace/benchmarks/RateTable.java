package io.millrace.benchmarks;

import static io.millrace.benchmarks.WriteRates.INSERT;
import static io.millrace.benchmarks.WriteRates.UPDATE;

import com.github.freva.asciitable.AsciiTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rows per second of each way of doing each job, over the rounds. */
final class RateTable {
    private static final String[] HEADERS = {"job", "way", "median rows/s", "min", "max"};

    private final Map<List<String>, List<Long>> rates = new LinkedHashMap<>();

    void add(String job, String way, long rows, long nanoseconds) {
        rates.computeIfAbsent(List.of(job, way), unused -> new ArrayList<>()).add(rows * 1_000_000_000L / nanoseconds);
    }

    /** Forgets what was measured to warm up. */
    void clear() {
        rates.clear();
    }

    long median(String job, String way) {
        List<Long> measured = rates.get(List.of(job, way));
        if (measured == null) {
            throw new IllegalStateException(job + " by " + way + " was not measured");
        }
        return measured.stream().sorted().toList().get(measured.size() / 2);
    }

    /** Against another way, that of new and of known keys which is lower. */
    String lowerRatio(String way, String other) {
        String inserts = ratio(INSERT, way, median(INSERT, other));
        String updates = ratio(UPDATE, way, median(UPDATE, other));
        return inserts.compareTo(updates) < 0 ? inserts : updates;
    }

    String ratio(String job, String way, long other) {
        return String.format(Locale.ROOT, "%.2f", (double) median(job, way) / other);
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
