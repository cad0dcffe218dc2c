package io.millrace.samples;

import io.millrace.core.ValidationException;
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
 * Runs one of the small programs of this module: {@code ./sample} at the root of the tree starts it. Without servers of
 * yours a program gets embedded ones with a few hits in them, and ends when it has read those.
 *
 * <pre>{@code ./sample hits-per-zip --kafka localhost:9092 --topic hits}</pre>
 */
@Command(
        name = "./sample",
        usageHelpAutoWidth = true,
        description = "Runs one of the small programs that samples/README.md lists.")
public final class Samples implements Callable<Integer> {
    private static final int CANNOT_START = 2;

    private final PrintStream out;

    @Parameters(
            paramLabel = "NAME",
            description = "The program: ${COMPLETION-CANDIDATES}",
            completionCandidates = Names.class)
    private String name = "";

    @Option(names = "--kafka", paramLabel = "HOST:PORT", description = "Your Kafka, instead of an embedded one.")
    @Nullable String kafka;

    @Option(names = "--topic", paramLabel = "NAME", description = "The topic to read there. Default ${DEFAULT-VALUE}.")
    String topic = "hits";

    @Option(
            names = "--to",
            paramLabel = "NAME",
            description = "The topic or the directory to write to. Default a fresh one.")
    @Nullable String to;

    @Option(names = "--socket", paramLabel = "HOST:PORT", description = "Your lines, such as those of nc -lk 9999.")
    @Nullable String socket;

    @Option(
            names = "--jdbc",
            paramLabel = "URL",
            description = "Your PostgreSQL, instead of an embedded one. The password comes from the environment"
                    + " variable " + DemoDatabase.PASSWORD + ".")
    @Nullable String jdbc;

    @Option(names = "--user", paramLabel = "NAME", description = "The user for --jdbc.")
    @Nullable String user;

    @Option(
            names = "--checkpoint",
            paramLabel = "DIR",
            description = "Where the query remembers how far it came. Default a fresh directory, gone at the end.")
    @Nullable String checkpoint;

    // picocli looks at it.
    @SuppressWarnings("UnusedVariable")
    @Option(names = "--help", usageHelp = true, description = "Show this and end.")
    private boolean help;

    private Samples(PrintStream out) {
        this.out = out;
    }

    /** Runs the program that is named first and ends the JVM with its exit code. */
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
        programs.put("continuous", ContinuousKafka::run);
        programs.put("backfill", Backfill::run);
        return programs;
    }

    @Override
    public Integer call() throws Exception {
        Program program = programs().get(name);
        if (program == null) {
            throw new DemoFailure("there is no program " + name + ". Those that exist: "
                    + String.join(", ", programs().keySet()) + ".");
        }
        try (SampleEnvironment stage = new SampleEnvironment(this, out)) {
            program.run(stage);
        }
        return 0;
    }

    /** A sample. */
    @FunctionalInterface
    interface Program {
        void run(SampleEnvironment stage) throws Exception;
    }

    /** The names, for the help. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Names() {
            super(programs().keySet());
        }
    }
}
