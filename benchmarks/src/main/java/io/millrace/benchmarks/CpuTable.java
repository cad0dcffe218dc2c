package io.millrace.benchmarks;

import com.github.freva.asciitable.AsciiTable;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Measures the CPU time per row of contenders, in rounds of all contenders so that disturbances affect all of them. */
final class CpuTable {
    private static final String[] HEADERS = {"job", "contender", "median", "min", "max"};

    private final Dataset<Row> input;
    private final long rows;
    private final int warmUpRounds;
    private final int rounds;
    private final Map<Contender, long[]> measured = new LinkedHashMap<>();

    CpuTable(Dataset<Row> input, List<Contender> contenders, Scale scale) {
        this.input = input;
        this.rows = input.count();
        warmUpRounds = scale.of(3, 0);
        rounds = scale.of(7, 1);
        contenders.forEach(contender -> measured.put(contender, new long[rounds]));
    }

    void measure() throws TimeoutException {
        printVersions();
        measured.keySet().forEach(this::printPlan);
        TaskCpu cpu = new TaskCpu();
        input.sparkSession().sparkContext().addSparkListener(cpu);
        for (int round = -warmUpRounds; round < rounds; round++) {
            for (Map.Entry<Contender, long[]> entry : measured.entrySet()) {
                long nanoseconds = cpu.of(entry.getKey().query().apply(input));
                if (round >= 0) {
                    entry.getValue()[round] = nanoseconds / rows;
                }
            }
        }
        input.sparkSession().sparkContext().removeSparkListener(cpu);
        measured.values().forEach(Arrays::sort);
    }

    /** Returns the median in nanoseconds per row. */
    long median(String job, String name) {
        return measured.entrySet().stream()
                .filter(entry -> entry.getKey().job().equals(job)
                        && entry.getKey().name().equals(name))
                .mapToLong(entry -> median(entry.getValue()))
                .findFirst()
                .orElseThrow();
    }

    /** Returns {@code slow / fast}. */
    static String ratio(long slow, long fast) {
        return ratio((double) slow / fast);
    }

    static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    void print() {
        System.out.printf(
                "CPU nanoseconds per row: %,d rows, %d rounds after %d warm-up rounds%n", rows, rounds, warmUpRounds);
        Object[][] cells = measured.entrySet().stream()
                .map(entry -> cells(entry.getKey(), entry.getValue()))
                .toArray(Object[][]::new);
        System.out.println(AsciiTable.getTable(HEADERS, cells));
    }

    private void printVersions() {
        System.out.printf(
                "Spark %s, Java %s, %s %s%n",
                input.sparkSession().version(),
                Runtime.version(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"));
    }

    private void printPlan(Contender contender) {
        System.out.printf(
                "%s, %s%n%s%n",
                contender.job(),
                contender.name(),
                contender.query().apply(input).queryExecution().executedPlan().toString());
    }

    private static Object[] cells(Contender contender, long[] sorted) {
        return new Object[] {contender.job(), contender.name(), median(sorted), sorted[0], sorted[sorted.length - 1]};
    }

    private static long median(long[] sorted) {
        return sorted[sorted.length / 2];
    }
}
