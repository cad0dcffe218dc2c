package io.millrace.samples.demo;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The command-line options of the demo. */
final class DemoOptions {
    private static final Pattern SERVER = Pattern.compile("[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*");
    private static final int MAX_EVENTS = 50_000_000;

    @Option(
            names = "--events",
            paramLabel = "N",
            description = "Number of page hits to send. Default: ${DEFAULT-VALUE}.",
            defaultValue = "200000")
    int events;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Page hits to send per second; 0 means unlimited. Default: ${DEFAULT-VALUE}.",
            defaultValue = "0")
    int rate;

    @Option(
            names = "--partitions",
            paramLabel = "P",
            description = "Partitions of the topic. Default: ${DEFAULT-VALUE}.",
            defaultValue = "4")
    int partitions;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Seed of the random hits. Default: ${DEFAULT-VALUE}.",
            defaultValue = "1")
    long seed;

    @Option(
            names = "--kafka",
            paramLabel = "HOST:PORT",
            description = "Use this Kafka instead of an embedded one. Creates a topic, and deletes it at the end.")
    @Nullable String kafka;

    @Option(
            names = "--jdbc",
            paramLabel = "URL",
            description = "Use this PostgreSQL instead of an embedded one, e.g. jdbc:postgresql://localhost:5432/test."
                    + " Requires an empty table " + Traffic.TABLE
                    + ". The password is read from the environment variable "
                    + DemoDatabase.PASSWORD + ".")
    @Nullable String jdbc;

    @Option(names = "--user", paramLabel = "NAME", description = "The user for --jdbc.")
    @Nullable String user;

    @Option(names = "--keep", description = "Keep the servers running at the end, and print how to connect to them.")
    boolean keep;

    @Option(
            names = "--cluster",
            description =
                    "Run on a standalone Spark cluster of two workers, kill an executor and a worker during the run,"
                            + " and write the counts to two tables: by upserts, and exactly once.")
    boolean cluster;

    @Option(names = "--verbose", description = "Show the log and stack traces.")
    boolean verbose;

    void check() {
        reject(events < 1 || events > MAX_EVENTS, "--events " + events + ": must be from 1 to " + MAX_EVENTS + ".");
        reject(rate < 0, "--rate " + rate + ": must be hits per second, or 0 for unlimited.");
        reject(partitions < 1 || partitions > 1_000, "--partitions " + partitions + ": must be from 1 to 1000.");
        reject(
                kafka != null && !SERVER.matcher(kafka).matches(),
                "--kafka " + kafka + ": must be host:port, e.g. localhost:9092.");
        reject(
                cluster && (kafka != null || jdbc != null || keep),
                "--cluster uses its own servers: remove --kafka, --jdbc and --keep.");
        reject(user != null && jdbc == null, "--user " + user + ": requires --jdbc URL.");
    }

    private static void reject(boolean wrong, String message) {
        if (wrong) {
            throw new DemoFailure(message);
        }
    }
}
