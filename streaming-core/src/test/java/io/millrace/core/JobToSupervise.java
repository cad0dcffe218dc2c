package io.millrace.core;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.sql.SparkSession;

/** A supervisor in a JVM of its own, which says what its query does and ends with the supervisor's code. */
final class JobToSupervise {
    private JobToSupervise() {}

    static Process start(Path checkpoint) throws IOException {
        return new ProcessBuilder(JobToTerminate.command(JobToSupervise.class, List.of(checkpoint.toString())))
                .redirectErrorStream(true)
                .start();
    }

    /** Takes over a query that has begun; when its input ends, Spark stops under the supervisor. */
    public static void main(String[] arguments) throws Exception {
        Path checkpoint = Path.of(arguments[0]);
        SparkSession spark = Spark.session();
        Await.until(() -> Files.exists(checkpoint.resolve("offsets/0")));
        Supervision supervision =
                Supervisor.of(pipeline(checkpoint, new CountDownLatch(0))).start(spark);
        System.in.read();
        spark.stop();
        System.exit(supervision.await());
    }

    /** Its first batch ends when {@code mayEnd} has come. */
    static Pipeline pipeline(Path checkpoint, CountDownLatch mayEnd) {
        Sink sink = rows -> rows.writeStream().foreachBatch((batch, number) -> {
            System.out.println("in batch " + number);
            mayEnd.await();
        });
        return Pipeline.named("shared").from(Sources.rate()).to(sink).checkpointAt(checkpoint);
    }
}
