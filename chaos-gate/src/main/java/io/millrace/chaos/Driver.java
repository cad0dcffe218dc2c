package io.millrace.chaos;

import java.util.List;
import org.apache.spark.sql.SparkSession;

/** The main class of a child: one query, until something ends it. */
final class Driver {
    /** The environment variable with the database's password: a command line is for all to see. */
    static final String PASSWORD = "CHAOS_PASSWORD";

    private Driver() {}

    public static void main(String[] words) throws Exception {
        ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
        ProxyLink.daemon("chaos-parent", () -> {
            parent.onExit().join();
            Runtime.getRuntime().halt(1);
        });
        try (SparkSession spark = Rig.session(words[0])) {
            Job job = Job.of(List.of(words).subList(2, words.length), System.getenv(PASSWORD));
            job.start(spark, Integer.parseInt(words[1])).awaitTermination();
        }
    }
}
