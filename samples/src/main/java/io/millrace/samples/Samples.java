package io.millrace.samples;

import io.millrace.core.ValidationException;
import io.millrace.samples.demo.Demo;
import io.millrace.samples.demo.DemoDatabase;
import io.millrace.samples.demo.DemoFailure;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Runs one of the samples; started by {@code ./sample} in the root directory. By default a sample uses embedded servers
 * with a few hits in them, and ends when it has read those.
 *
 * <pre>{@code ./sample hits-per-zip --kafka localhost:9092 --topic hits}</pre>
 */
@Command(
        name = "./sample",
        usageHelpAutoWidth = true,
        description = "Runs one of the samples that samples/README.md lists.")
public final class Samples implements Callable<Integer> {
    private static final int CANNOT_START = 2;

    private final PrintStream out;

    @Parameters(
            paramLabel = "NAME",
            description = "The sample: ${COMPLETION-CANDIDATES}",
            completionCandidates = Names.class)
    private String name = "";

    @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "Use this Kafka instead of an embedded one.")
    @Nullable String kafka;

    @Option(
            names = "--topic",
            paramLabel = "NAME",
            description = "The topic to read from that Kafka. Default: ${DEFAULT-VALUE}.")
    String topic = "hits";

    @Option(
            names = "--to",
            paramLabel = "NAME",
            description = "The topic or the directory to write to. Default: a new one.")
    @Nullable String to;

    @Option(
            names = "--socket",
            paramLabel = "HOST:PORT",
            description = "Read lines from this socket, e.g. of nc -lk 9999.")
    @Nullable String socket;

    @Option(
            names = "--jdbc",
            paramLabel = "URL",
            description = "Use this PostgreSQL instead of an embedded one. The password is read from the environment"
                    + " variable " + DemoDatabase.PASSWORD + ".")
    @Nullable String jdbc;

    @Option(names = "--user", paramLabel = "NAME", description = "The user for --jdbc.")
    @Nullable String user;

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description = "The checkpoint location. Default: a temporary directory.")
    @Nullable String checkpoint;

    @Option(names = "--verbose", description = "Show the log: Millrace at level info, Spark and Kafka at level warn.")
    boolean verbose;

    // Read by picocli.
    @SuppressWarnings("UnusedVariable")
    @Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    private Samples(PrintStream out) {
        this.out = out;
    }

    /** Runs the sample and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(run(System.out, System.err, arguments));
    }

    static int run(PrintStream out, PrintStream err, String... arguments) {
        return new CommandLine(new Samples(out))
                .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                .setOut(new PrintWriter(out, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    if (e instanceof DemoFailure || e instanceof ValidationException) {
                        err.println("sample: " + e.getMessage());
                        return CANNOT_START;
                    }
                    throw e;
                })
                .execute(arguments);
    }

    static Map<String, Program> programs() {
        Map<String, Program> programs = new LinkedHashMap<>();
        programs.put("word-count", SocketWordCount::run);
        programs.put("kafka-to-console", KafkaToConsole::run);
        programs.put("to-kafka", AnyToKafka::run);
        programs.put("hits-per-zip", HitsPerZip::run);
        programs.put("hits-per-window", HitsPerWindow::run);
        programs.put("late-words", LateWords::run);
        programs.put("to-parquet", ToParquet::run);
        programs.put("jdbc-upsert", JdbcUpsertOfCounts::run);
        programs.put("jdbc-exactly-once", JdbcExactlyOnceHits::run);
        programs.put("replica", Replica::run);
        programs.put("orders", OrdersRun::run);
        programs.put("revenue", HourlyRevenue::run);
        programs.put("continuous", ContinuousKafka::run);
        programs.put("backfill", Backfill::run);
        programs.put("supervised", Supervised::run);
        return programs;
    }

    @Override
    public Integer call() throws Exception {
        Program program = programs().get(name);
        if (program == null) {
            throw new DemoFailure("unknown sample " + name + ". Samples: "
                    + String.join(", ", programs().keySet()) + ".");
        }
        if (verbose) {
            Demo.showLog();
        }
        try (SampleEnvironment environment = new SampleEnvironment(this, out)) {
            program.run(environment);
        }
        return 0;
    }

    /** Runs a sample. */
    @FunctionalInterface
    interface Program {
        void run(SampleEnvironment environment) throws Exception;
    }

    /** The names of the samples, for the help. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Names() {
            super(programs().keySet());
        }
    }
}
