package io.millrace.benchmarks;

import com.github.freva.asciitable.AsciiTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;

/** The speed and the CPU time of each contender, in all rounds. */
final class JobTable {
    private static final String[] HEADERS = {
        "contender", "median rows/s", "min", "max", "median task CPU us/row", "min", "max", "state MB"
    };

    private final Map<String, List<Measured>> measured = new LinkedHashMap<>();

    JobTable(List<String> contenders) {
        contenders.forEach(contender -> measured.put(contender, new ArrayList<>()));
    }

    /** A run of a contender. */
    record Measured(long rows, long nanoseconds, long cpuNanoseconds, long stateBytes) {
        double rowsPerSecond() {
            return rows * 1e9 / nanoseconds;
        }

        double cpuMicrosecondsPerRow() {
            return cpuNanoseconds / 1e3 / rows;
        }

        double stateMegabytes() {
            return stateBytes / 1e6;
        }
    }

    void add(String contender, Measured run) {
        runs(contender).add(run);
    }

    double rowsPerSecond(String contender) {
        return median(sorted(contender, Measured::rowsPerSecond));
    }

    double cpuMicrosecondsPerRow(String contender) {
        return median(sorted(contender, Measured::cpuMicrosecondsPerRow));
    }

    void print() {
        Object[][] cells = measured.keySet().stream().map(this::cells).toArray(Object[][]::new);
        System.out.println(AsciiTable.getTable(HEADERS, cells));
    }

    private Object[] cells(String contender) {
        List<Double> rates = sorted(contender, Measured::rowsPerSecond);
        List<Double> cpu = sorted(contender, Measured::cpuMicrosecondsPerRow);
        return new Object[] {
            contender,
            rate(median(rates)),
            rate(rates.get(0)),
            rate(rates.get(rates.size() - 1)),
            microseconds(median(cpu)),
            microseconds(cpu.get(0)),
            microseconds(cpu.get(cpu.size() - 1)),
            String.format(Locale.ROOT, "%,.1f", median(sorted(contender, Measured::stateMegabytes)))
        };
    }

    private List<Double> sorted(String contender, ToDoubleFunction<Measured> figure) {
        return runs(contender).stream().mapToDouble(figure).sorted().boxed().toList();
    }

    private List<Measured> runs(String contender) {
        return Objects.requireNonNull(measured.get(contender), contender);
    }

    private static double median(List<Double> sorted) {
        return sorted.get(sorted.size() / 2);
    }

    private static String rate(double rowsPerSecond) {
        return String.format(Locale.ROOT, "%,.0f", rowsPerSecond);
    }

    private static String microseconds(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
