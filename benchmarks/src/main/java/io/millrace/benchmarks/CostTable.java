package io.millrace.benchmarks;

import com.github.freva.asciitable.AsciiTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** The speed of contenders beside a server, and the CPU time that a row costs each side: medians of all rounds. */
final class CostTable {
    private static final List<String> HEADERS =
            List.of("median rows/s", "min", "max", "server CPU us/row", "Spark CPU us/row", "cores in use");

    private final String[] headers;
    private final Map<List<String>, List<Run>> measured = new LinkedHashMap<>();

    /** @param labels the headers of what names a contender */
    CostTable(String... labels) {
        headers = Stream.concat(Arrays.stream(labels), HEADERS.stream()).toArray(String[]::new);
    }

    /** A run of a contender. */
    record Run(long rows, double seconds, long serverMicros, long sparkMicros) {
        double rate() {
            return rows / seconds;
        }

        double serverMicrosOfRow() {
            return (double) serverMicros / rows;
        }

        double sparkMicrosOfRow() {
            return (double) sparkMicros / rows;
        }

        double cores() {
            return (serverMicros + sparkMicros) / 1e6 / seconds;
        }
    }

    /** @param contender its labels */
    void add(Run run, String... contender) {
        measured.computeIfAbsent(List.of(contender), unused -> new ArrayList<>())
                .add(run);
    }

    double rate(String... contender) {
        return median(runs(contender), Run::rate);
    }

    double serverMicrosOfRow(String... contender) {
        return median(runs(contender), Run::serverMicrosOfRow);
    }

    double sparkMicrosOfRow(String... contender) {
        return median(runs(contender), Run::sparkMicrosOfRow);
    }

    void print() {
        Object[][] cells = measured.entrySet().stream()
                .map(entry -> cells(entry.getKey(), entry.getValue()))
                .toArray(Object[][]::new);
        System.out.println(AsciiTable.getTable(headers, cells));
    }

    private List<Run> runs(String... contender) {
        return Objects.requireNonNull(measured.get(List.of(contender)), () -> String.join(", ", contender));
    }

    private static Object[] cells(List<String> contender, List<Run> runs) {
        Stream<String> figures = Stream.of(
                rate(median(runs, Run::rate)),
                rate(runs.stream().mapToDouble(Run::rate).min().orElseThrow()),
                rate(runs.stream().mapToDouble(Run::rate).max().orElseThrow()),
                text(median(runs, Run::serverMicrosOfRow)),
                text(median(runs, Run::sparkMicrosOfRow)),
                text(median(runs, Run::cores)));
        return Stream.concat(contender.stream(), figures).toArray();
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        return runs.stream().mapToDouble(figure).sorted().toArray()[runs.size() / 2];
    }

    private static String rate(double rowsPerSecond) {
        return String.format(Locale.ROOT, "%,.0f", rowsPerSecond);
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
