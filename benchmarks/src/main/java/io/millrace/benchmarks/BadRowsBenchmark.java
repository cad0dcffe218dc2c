package io.millrace.benchmarks;

import io.millrace.sinks.jdbc.BadRowsFuzz;
import io.millrace.testkit.servers.TestPostgres;
import org.apache.spark.sql.SparkSession;

/** Bad rows of random kinds in random tables, each verb with dead letters held against plain SQL, a row at a time. */
final class BadRowsBenchmark implements Benchmark {
    private static final long ROWS = 300_000;

    @Override
    public String run() throws Exception {
        long seed = System.nanoTime();
        System.out.println("Seed " + seed);
        try (SparkSession spark = JdbcBenchmark.session();
                TestPostgres postgres = TestPostgres.start()) {
            BadRowsFuzz fuzz = new BadRowsFuzz(postgres, spark, seed);
            while (fuzz.rows() < ROWS) {
                fuzz.round();
            }
            return "badrows." + fuzz.figures();
        }
    }
}
