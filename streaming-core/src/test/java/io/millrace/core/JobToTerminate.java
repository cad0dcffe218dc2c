package io.millrace.core;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;

/** A job for a JVM of its own: each batch ends only after the JVM was asked to terminate. */
final class JobToTerminate {
    private static final CompletableFuture<StreamingQuery> STARTED = new CompletableFuture<>();

    private JobToTerminate() {}

    /** With {@code how} as {@code supervised}, a supervisor runs it. */
    static List<String> command(Path checkpoint, String how) {
        return command(JobToTerminate.class, List.of(checkpoint.toString(), how));
    }

    /** Of a JVM of its own. */
    static List<String> command(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx512m", "-XX:+UseSerialGC"));
        command.addAll(List.of(org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptions()
                .split(" ")));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return command;
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments[1].equals("supervised")) {
            supervised(arguments[0]);
            return;
        }
        StreamingQueries.stopAtShutdown(Spark.session(), Duration.ofSeconds(30));
        StreamingQuery query = Spark.rate()
                .writeStream()
                .foreachBatch(JobToTerminate::untilTerminated)
                .option("checkpointLocation", arguments[0])
                .start();
        STARTED.complete(query);
        query.awaitTermination();
    }

    private static void supervised(String checkpoint) {
        Sink sink = rows -> rows.writeStream().foreachBatch(JobToTerminate::untilTerminated);
        Supervision supervision = Supervisor.of(Pipeline.named("terminated")
                        .from(Sources.rate())
                        .to(sink)
                        .checkpointAt(checkpoint))
                .stopWithin(Duration.ofSeconds(30))
                .start(Spark.session());
        Await.until(() -> Spark.session().streams().active().length != 0);
        STARTED.complete(Spark.session().streams().active()[0]);
        supervision.await();
    }

    private static void untilTerminated(Dataset<Row> rows, Long batch) {
        StreamingQuery query = STARTED.join();
        System.out.println("in batch " + batch);
        Await.until(() -> !query.isActive());
        System.out.println("batch " + batch + " ends");
    }
}
