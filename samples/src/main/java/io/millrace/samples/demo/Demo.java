package io.millrace.samples.demo;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import io.millrace.core.ValidationException;
import io.millrace.testkit.servers.TestPostgres;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Runs the main job on real servers and checks every row; started by {@code ./demo} in the root directory.
 *
 * <p>Sends page hits to Kafka, counts them by ZIP code in sliding windows (ten minutes, every five) with a watermark of
 * ten minutes, and writes the counts to PostgreSQL. Then reads the topic again without Spark and compares the expected
 * counts with the table. The exit code is 0 if they are equal, 1 if not, and 2 if the demo cannot start.
 *
 * <pre>{@code ./demo --events 1000000 --partitions 8}</pre>
 */
@Command(
        name = "./demo",
        usageHelpAutoWidth = true,
        description = "Counts page hits from Kafka by ZIP code and window into PostgreSQL, and checks every row.",
        footer = {
            "",
            "Exit code: 0 if the table is exact, 1 if not, 2 if the demo could not start.",
            "By default the servers are embedded, and stopped when the demo ends."
        })
public final class Demo implements Callable<Integer> {
    private static final int EXACT = 0;
    private static final int NOT_EXACT = 1;
    private static final int CANNOT_START = 2;
    private static final int MAX_DIFFERENCES = 10;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;

    @Mixin
    private DemoOptions options = new DemoOptions();

    // Read by picocli.
    @SuppressWarnings("UnusedVariable")
    @CommandLine.Option(names = "--help", usageHelp = true, description = "Show this help and exit.")
    private boolean help;

    private Demo(PrintStream out, PrintStream err, boolean terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    /** Runs the demo and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        // During a shutdown Spark's threads may fail, since their resources are closed.
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            if (!Scratch.isShuttingDown()) {
                e.printStackTrace();
            }
        });
        System.exit(run(System.out, System.err, Boolean.getBoolean("millrace.demo.terminal"), arguments));
    }

    static int run(PrintStream out, PrintStream err, boolean terminal, String... arguments) {
        Demo demo = new Demo(out, err, terminal);
        return new CommandLine(demo)
                .setOut(new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true))
                .setParameterExceptionHandler((e, ignored) -> demo.reject(e.getMessage() + ". See ./demo --help.", e))
                .setExecutionExceptionHandler((e, command, parsed) -> demo.explain(e))
                .execute(arguments);
    }

    /** Lets the loggers of this JVM write: those of Millrace at level info, all others at level warn. */
    public static void showLog() {
        System.setProperty("millrace.demo.log", "warn");
        System.setProperty("millrace.demo.log.own", "info");
    }

    @Override
    public Integer call() throws InterruptedException, ExecutionException, SQLException, IOException {
        options.check();
        if (options.verbose) {
            showLog();
        }
        DemoDatabase given = options.jdbc == null ? null : DemoDatabase.checked(options.jdbc, options.user);
        if (options.kafka == null || options.jdbc == null) {
            out.println("Starting " + embeddedServers() + " ...");
        }
        DemoKafka kafka = DemoKafka.open(options.kafka, options.partitions);
        try (Scratch scratch = new Scratch()) {
            if (options.cluster) {
                return runOnCluster(kafka, scratch) ? EXACT : NOT_EXACT;
            }
            DemoDatabase database = given == null ? DemoDatabase.embeddedWithEmptyTable() : given;
            out.printf(
                    "Sending %,d page hits into %s at %s%n", options.events, kafka.topic(), kafka.bootstrapServers());
            DemoResult result = new DemoRun(options, kafka, database, scratch, out).run(terminal);
            report(result, database);
            if (options.keep) {
                printServers(kafka, database);
                new CountDownLatch(1).await();
            }
            return result.isExact() ? EXACT : NOT_EXACT;
        } finally {
            if (options.kafka != null && !options.keep && !Scratch.isShuttingDown()) {
                kafka.deleteTopic();
            }
        }
    }

    private boolean runOnCluster(DemoKafka kafka, Scratch scratch)
            throws InterruptedException, SQLException, IOException {
        ClusterProof proof = new ClusterProof(options, kafka, scratch, out);
        boolean exact = proof.run();
        out.println(proof.closingLine());
        return exact;
    }

    private String embeddedServers() {
        return options.kafka != null ? "PostgreSQL" : options.jdbc != null ? "Kafka" : "Kafka and PostgreSQL";
    }

    private void report(DemoResult result, DemoDatabase database) throws SQLException {
        Column[] columns = {
            new Column().header("Window (UTC)"),
            new Column().header("Hits"),
            new Column().header("ZIP codes"),
            new Column().header("Busiest").dataAlign(HorizontalAlign.LEFT)
        };
        String[][] busiest = database.busiestWindows().toArray(String[][]::new);
        out.println();
        out.println("The busiest windows:");
        out.println(AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, columns, busiest));
        ExpectedCounts expected = result.expected();
        out.printf(
                "%,d hits were out of order but counted, %,d were too late and dropped, %,d records were malformed.%n",
                expected.outOfOrder(), expected.tooLate(), expected.malformed());
        result.differences().stream().limit(MAX_DIFFERENCES).forEach(difference -> out.println("  " + difference));
        out.println(result.closingLine());
    }

    private void printServers(DemoKafka kafka, DemoDatabase database) {
        out.println();
        out.println("Kafka:      topic " + kafka.topic() + " at " + kafka.bootstrapServers());
        out.println("PostgreSQL: table " + Traffic.TABLE + " at " + database.url());
        if (options.jdbc == null) {
            TestPostgres postgres = TestPostgres.shared();
            out.printf(
                    "            PGPASSWORD=%s psql -h 127.0.0.1 -p %d -U %s -c 'select * from %s limit 10'%n",
                    postgres.password(), postgres.port(), postgres.user(), Traffic.TABLE);
        }
        out.println("Press Ctrl-C to stop both.");
    }

    private int explain(Exception e) {
        if (Scratch.isShuttingDown()) {
            // Ctrl-C: the query may fail because its servers are stopped; not worth reporting.
            return NOT_EXACT;
        }
        if (e instanceof DemoFailure || e instanceof ValidationException) {
            return reject(String.valueOf(e.getMessage()), e);
        }
        print("demo: failed: " + e.getMessage() + (options.verbose ? "" : " (--verbose shows more)"), e);
        return NOT_EXACT;
    }

    private int reject(String message, Exception e) {
        print("demo: " + message, e);
        return CANNOT_START;
    }

    private void print(String line, Exception e) {
        err.println(line);
        if (options.verbose) {
            e.printStackTrace(err);
        }
    }
}
