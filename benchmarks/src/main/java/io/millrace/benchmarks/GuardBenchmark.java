package io.millrace.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Holds the checkpoint guard against Spark: changes jobs, and compares what Millrace says about the checkpoint with
 * what Spark does on it.
 */
final class GuardBenchmark implements Benchmark {
    @Override
    public String run(Scale scale) throws Exception {
        List<GuardedChange> changes = GuardedChanges.onThisLine();
        int every = scale.of(1, 20);
        int tried = 0;
        int agreed = 0;
        Path root = Files.createTempDirectory("guard");
        try (SparkSession spark = GuardTrial.session()) {
            GuardTrial trial = new GuardTrial(spark, root);
            for (int i = 0; i < changes.size(); i += every) {
                GuardVerdict verdict = trial.of(changes.get(i));
                tried++;
                agreed += verdict.agrees() ? 1 : 0;
                System.out.printf(
                        "%-70s Spark %-9s Millrace %s%n", changes.get(i), verdict.spark(), verdict.millrace());
                if (!verdict.agrees()) {
                    System.out.println("    DISAGREES " + verdict.details());
                }
            }
        } finally {
            GuardTrial.delete(root);
        }
        return "guard.changes=" + tried + " guard.agree=" + agreed;
    }
}
