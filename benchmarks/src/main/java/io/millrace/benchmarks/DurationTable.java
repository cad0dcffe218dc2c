package io.millrace.benchmarks;

import com.github.freva.asciitable.AsciiTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryProgress;

/** The milliseconds of the micro-batches of each contender, by the parts that Spark reports. */
final class DurationTable {
    private static final String WHOLE = "triggerExecution";
    private static final List<String> PARTS = List.of(WHOLE, "addBatch", "queryPlanning", "walCommit", "commitOffsets");

    private final Map<String, List<Map<String, Long>>> batches = new LinkedHashMap<>();

    /** Leaves out the first batch, which starts up, and those without rows. */
    void add(String contender, StreamingQuery query) {
        Arrays.stream(query.recentProgress())
                .filter(progress -> progress.numInputRows() > 0)
                .skip(1)
                .map(StreamingQueryProgress::durationMs)
                .forEach(parts -> batches.computeIfAbsent(contender, unused -> new ArrayList<>())
                        .add(Map.copyOf(parts)));
    }

    /** Returns the median of whole batches. */
    long milliseconds(String contender) {
        return median(sorted(contender, WHOLE));
    }

    String ratio(String contender, String other) {
        return CpuTable.ratio((double) milliseconds(contender) / milliseconds(other));
    }

    void print() {
        String[] headers = Stream.concat(
                        Stream.of("part"), batches.keySet().stream().map(name -> name + ", median ms (min to max)"))
                .toArray(String[]::new);
        System.out.println(
                AsciiTable.getTable(headers, PARTS.stream().map(this::cells).toArray(Object[][]::new)));
    }

    private Object[] cells(String part) {
        return Stream.concat(Stream.of(part), batches.keySet().stream().map(contender -> cell(sorted(contender, part))))
                .toArray();
    }

    private static String cell(long[] sorted) {
        return String.format(Locale.ROOT, "%d (%d to %d)", median(sorted), sorted[0], sorted[sorted.length - 1]);
    }

    private static long median(long[] sorted) {
        return sorted[sorted.length / 2];
    }

    private long[] sorted(String contender, String part) {
        return batches.getOrDefault(contender, List.of()).stream()
                .mapToLong(parts -> parts.getOrDefault(part, 0L))
                .sorted()
                .toArray();
    }
}
