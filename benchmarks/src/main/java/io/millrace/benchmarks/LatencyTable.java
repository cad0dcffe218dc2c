package io.millrace.benchmarks;

import com.github.freva.asciitable.AsciiTable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;

/** The latencies of each contender, in milliseconds, of all turns together. */
final class LatencyTable {
    private static final String[] HEADERS = {"contender", "p50 ms", "p95 ms", "p99 ms", "max ms", "rows"};

    private final Map<String, double[]> sorted = new LinkedHashMap<>();

    void add(String contender, double[] milliseconds) {
        sorted.merge(
                contender,
                Arrays.stream(milliseconds).sorted().toArray(),
                (some, more) -> DoubleStream.concat(Arrays.stream(some), Arrays.stream(more))
                        .sorted()
                        .toArray());
    }

    double percentile(String contender, int percent) {
        double[] latencies = Objects.requireNonNull(sorted.get(contender), contender);
        return latencies[(int) ((latencies.length - 1L) * percent / 100)];
    }

    String ratio(String contender, String other, int percent) {
        return String.format(Locale.ROOT, "%.2f", percentile(contender, percent) / percentile(other, percent));
    }

    void print() {
        Object[][] cells = sorted.keySet().stream().map(this::cells).toArray(Object[][]::new);
        System.out.println(AsciiTable.getTable(HEADERS, cells));
    }

    private Object[] cells(String contender) {
        return new Object[] {
            contender,
            milliseconds(percentile(contender, 50)),
            milliseconds(percentile(contender, 95)),
            milliseconds(percentile(contender, 99)),
            milliseconds(percentile(contender, 100)),
            Objects.requireNonNull(sorted.get(contender), contender).length
        };
    }

    private static String milliseconds(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }
}
