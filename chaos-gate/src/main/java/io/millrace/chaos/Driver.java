package io.millrace.chaos;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** The main class of a child: one query, until something ends it, or one that begins again. */
final class Driver {
    /** The environment variable with the database's password: a command line is for all to see. */
    static final String PASSWORD = "CHAOS_PASSWORD";

    /** Instead of the number of readers: a {@link LongRunningDriver}. */
    static final String RESIDENT = "resident";

    private Driver() {}

    public static void main(String[] words) throws Exception {
        ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
        ProxyLink.daemon("chaos-parent", () -> {
            parent.onExit().join();
            Runtime.getRuntime().halt(1);
        });
        try (SparkSession spark = Environment.session(words[0])) {
            Job job = Job.of(List.of(words).subList(2, words.length), System.getenv(PASSWORD));
            if (words[1].equals(RESIDENT)) {
                BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                new LongRunningDriver(readers -> job.start(spark, readers)).obey(orders, System.out);
            } else {
                job.start(spark, Integer.parseInt(words[1])).awaitTermination();
            }
        }
    }
}
