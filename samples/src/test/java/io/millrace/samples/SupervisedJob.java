package io.millrace.samples;

import io.millrace.core.Pipeline;
import io.millrace.core.Supervisor;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;

/** The code of docs/supervisor.md. */
final class SupervisedJob {
    private SupervisedJob() {}

    static void run(SparkSession spark, Pipeline orders, Pipeline customers) {
        Supervisor supervisor = Supervisor.of(orders, customers)
                .stopWithin(Duration.ofSeconds(25)) // SIGTERM finishes the batches
                .stuckAfter(Duration.ofMinutes(30)) // several times the longest batch
                .probesOn(new InetSocketAddress("0.0.0.0", 8080)); // for the kubelet; probesOn(8080) is local
        int code = supervisor.run(spark);
        spark.stop();
        if (code != Supervisor.OK) {
            System.exit(code);
        }
    }
}
