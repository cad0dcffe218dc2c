package io.millrace.samples;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What can be said on the command line of the demo. */
final class DemoOptions {
    private static final Pattern SERVER = Pattern.compile("[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*");
    private static final int MOST_EVENTS = 50_000_000;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "Page hits to send. Default ${DEFAULT-VALUE}.",
            defaultValue = "200000")
    int events;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Page hits to send per second, 0 for as many as go. Default ${DEFAULT-VALUE}.",
            defaultValue = "0")
    int rate;

    @Option(
            names = "--partitions",
            paramLabel = "P",
            description = "Partitions of the topic. Default ${DEFAULT-VALUE}.",
            defaultValue = "4")
    int partitions;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Same seed, same hits. Default ${DEFAULT-VALUE}.",
            defaultValue = "1")
    long seed;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description =
                    "Your Kafka, instead of an embedded one. A topic of its own is created, and deleted at the end.")
    @Nullable String kafka;

    @Option(
            names = "--jdbc",
            paramLabel = "URL",
            description = "Your PostgreSQL, instead of an embedded one, such as jdbc:postgresql://localhost:5432/test."
                    + " It needs an empty table " + Traffic.TABLE
                    + ". The password comes from the environment variable "
                    + DemoDatabase.PASSWORD + ".")
    @Nullable String jdbc;

    @Option(names = "--user", paramLabel = "NAME", description = "The user for --jdbc.")
    @Nullable String user;

    @Option(names = "--keep", description = "Leave the servers running at the end, and say how to look into them.")
    boolean keep;

    @Option(
            names = "--cluster",
            description = "Run on a standalone Spark cluster of two workers, which loses an executor and a worker in"
                    + " mid-run, and bring the counts into two tables: upserted, and exactly once.")
    boolean cluster;

    @Option(names = "--verbose", description = "Show what Spark and Kafka log, and stack traces.")
    boolean verbose;

    void check() {
        refuse(
                events < 1 || events > MOST_EVENTS,
                "--events " + events + ": name a number from 1 to " + MOST_EVENTS + ".");
        refuse(rate < 0, "--rate " + rate + ": name hits per second, or 0 for as many as go.");
        refuse(partitions < 1 || partitions > 1_000, "--partitions " + partitions + ": name a number from 1 to 1000.");
        refuse(
                kafka != null && !SERVER.matcher(kafka).matches(),
                "--kafka " + kafka + ": write it as host:port, such as localhost:9092.");
        refuse(
                cluster && (kafka != null || jdbc != null || keep),
                "--cluster brings servers of its own and ends them: leave --kafka, --jdbc and --keep out.");
        refuse(user != null && jdbc == null, "--user " + user + ": it belongs to --jdbc URL, which is missing.");
    }

    private static void refuse(boolean wrong, String sentence) {
        if (wrong) {
            throw new DemoFailure(sentence);
        }
    }
}
