package io.millrace.chaos;

import io.millrace.chaos.proxy.DaemonThread;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** The main class of a child process: runs one query until it ends, or a {@link LongRunningDriver}. */
final class DriverMain {
    /** The environment variable with the database's password, which must not appear in a command line. */
    static final String PASSWORD = "CHAOS_PASSWORD";

    /** The argument for a {@link LongRunningDriver}, instead of the number of readers. */
    static final String LONG_RUNNING = "long-running";

    private DriverMain() {}

    public static void main(String[] arguments) throws Exception {
        ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
        DaemonThread.start("chaos-parent", () -> {
            parent.onExit().join();
            Runtime.getRuntime().halt(1);
        });
        try (SparkSession spark = Environment.session(arguments[0])) {
            Job job = Job.of(List.of(arguments).subList(2, arguments.length), System.getenv(PASSWORD));
            if (arguments[1].equals(LONG_RUNNING)) {
                BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                new LongRunningDriver(readers -> job.start(spark, readers)).run(commands, System.out);
            } else {
                job.start(spark, Integer.parseInt(arguments[1])).awaitTermination();
            }
        }
    }
}
