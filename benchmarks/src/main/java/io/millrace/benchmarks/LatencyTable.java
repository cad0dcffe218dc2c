package io.millrace.benchmarks;

import com.github.freva.asciitable.AsciiTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The latencies of each contender, in milliseconds: medians of the percentiles of its turns. */
final class LatencyTable {
    private static final String[] HEADERS = {"contender", "p50 ms", "p95 ms", "p99 ms", "max ms", "rows"};

    private final Map<String, List<double[]>> turns = new LinkedHashMap<>();

    void add(String contender, double[] milliseconds) {
        turns.computeIfAbsent(contender, unused -> new ArrayList<>())
                .add(Arrays.stream(milliseconds).sorted().toArray());
    }

    double percentile(String contender, int percent) {
        double[] ofTurns = turns(contender).stream()
                .mapToDouble(latencies -> latencies[(int) ((latencies.length - 1L) * percent / 100)])
                .sorted()
                .toArray();
        return ofTurns[ofTurns.length / 2];
    }

    String ratio(String contender, String other, int percent) {
        return String.format(Locale.ROOT, "%.2f", percentile(contender, percent) / percentile(other, percent));
    }

    void print() {
        Object[][] cells = turns.keySet().stream().map(this::cells).toArray(Object[][]::new);
        System.out.println(AsciiTable.getTable(HEADERS, cells));
    }

    private Object[] cells(String contender) {
        return new Object[] {
            contender,
            milliseconds(percentile(contender, 50)),
            milliseconds(percentile(contender, 95)),
            milliseconds(percentile(contender, 99)),
            milliseconds(percentile(contender, 100)),
            turns(contender).stream().mapToInt(latencies -> latencies.length).sum()
        };
    }

    private List<double[]> turns(String contender) {
        return Objects.requireNonNull(turns.get(contender), contender);
    }

    private static String milliseconds(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }
}
