package io.millrace.benchmarks;

import io.millrace.sinks.jdbc.BadRowsFuzz;
import io.millrace.testkit.servers.TestPostgres;
import org.apache.spark.sql.SparkSession;

/** Compares sinks with dead letters with plain SQL, one row at a time, on random tables with random bad rows. */
final class BadRowsBenchmark implements Benchmark {
    /** A seed whose first round is small. */
    private static final long SMOKE_SEED = 1;

    @Override
    public String run(Scale scale) throws Exception {
        int rows = scale.of(300_000, 1);
        long seed = scale == Scale.FULL ? System.nanoTime() : SMOKE_SEED;
        System.out.println("Seed " + seed);
        try (SparkSession spark = JdbcBenchmark.session();
                TestPostgres postgres = TestPostgres.start()) {
            BadRowsFuzz fuzz = new BadRowsFuzz(postgres, spark, seed);
            while (fuzz.rows() < rows) {
                fuzz.round();
            }
            return "badrows." + fuzz.figures();
        }
    }
}
