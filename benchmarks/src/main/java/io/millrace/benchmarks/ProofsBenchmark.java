package io.millrace.benchmarks;

import org.apache.spark.package$;

/** Counts what the proofs of the testkit find, and whom they accuse without cause; a line for each proof. */
final class ProofsBenchmark implements Benchmark {
    @Override
    public String run(Scale scale) {
        System.out.printf(
                "Spark %s, Java %s, %d cores%n%n",
                package$.MODULE$.SPARK_VERSION(),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors());
        String batching = BatchingProofs.run(scale);
        System.out.println();
        return batching + "\n" + SinkContractProofs.run(scale).line();
    }
}
