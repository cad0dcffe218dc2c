package io.millrace.benchmarks;

import io.millrace.benchmarks.BatchingQueries.BatchingQuery;
import io.millrace.testkit.StreamKit;
import java.util.List;
import java.util.Locale;
import org.opentest4j.AssertionFailedError;

/** Counts the queries that {@code anyBatching} judges rightly. */
final class BatchingProofs {
    private BatchingProofs() {}

    /** Prints the verdict on each query; the result as one line. */
    static String run(Scale scale) {
        try (StreamKit kit = StreamKit.open()) {
            BatchingQueries queries = new BatchingQueries(kit);
            List<BatchingQuery> dependent = some(queries.dependent(), scale);
            List<BatchingQuery> sound = some(queries.sound(), scale);
            long caught = dependent.stream().filter(BatchingProofs::isAccused).count();
            long accused = sound.stream().filter(BatchingProofs::isAccused).count();
            return String.format(
                    Locale.ROOT,
                    "anyBatching: dependent=%d caught=%d sound=%d accused=%d",
                    dependent.size(),
                    caught,
                    sound.size(),
                    accused);
        }
    }

    private static List<BatchingQuery> some(List<BatchingQuery> queries, Scale scale) {
        return queries.subList(0, scale.of(queries.size(), 1));
    }

    private static boolean isAccused(BatchingQuery query) {
        long start = System.nanoTime();
        String verdict = "passes";
        try {
            query.check();
        } catch (AssertionFailedError accusation) {
            verdict =
                    String.valueOf(accusation.getMessage()).lines().findFirst().orElseThrow();
        }
        System.out.printf(Locale.ROOT, "%-40s %5.1f s  %s%n", query.name(), (System.nanoTime() - start) / 1e9, verdict);
        return !verdict.equals("passes");
    }
}
