package io.millrace.samples;

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
 * The main job on real servers, checked row by row: {@code ./demo} at the root of the tree starts it.
 *
 * <p>Page hits go into Kafka; Spark counts them by ZIP code in windows of ten minutes, every five, with a watermark of ten
 * minutes; the counts go into PostgreSQL. Then the topic is read once more, without Spark, and the table held against it.
 * Exit code 0 where they are equal, 1 where not, 2 where the demo cannot start.
 *
 * <pre>{@code ./demo --events 1000000 --partitions 8}</pre>
 */
@Command(
        name = "./demo",
        usageHelpAutoWidth = true,
        description = "Counts page hits from Kafka by ZIP code and window into PostgreSQL, and checks every row.",
        footer = {
            "",
            "Exit code: 0 the table is exact, 1 it is not, 2 the demo could not start.",
            "Servers that are not named are embedded and gone when the demo ends."
        })
public final class Demo implements Callable<Integer> {
    private static final int EXACT = 0;
    private static final int NOT_EXACT = 1;
    private static final int CANNOT_START = 2;
    private static final int SHOWN_DIFFERENCES = 10;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;

    @Mixin
    private DemoOptions options = new DemoOptions();

    // picocli looks at it.
    @SuppressWarnings("UnusedVariable")
    @CommandLine.Option(names = "--help", usageHelp = true, description = "Show this and end.")
    private boolean help;

    private Demo(PrintStream out, PrintStream err, boolean terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    /** Runs the demo and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        // After Ctrl-C, Spark's threads miss what has gone before them.
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
            if (!Scratch.isEnding()) {
                e.printStackTrace();
            }
        });
        System.exit(run(System.out, System.err, Boolean.getBoolean("millrace.demo.terminal"), arguments));
    }

    static int run(PrintStream out, PrintStream err, boolean terminal, String... arguments) {
        Demo demo = new Demo(out, err, terminal);
        return new CommandLine(demo)
                .setOut(new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true))
                .setParameterExceptionHandler((e, ignored) -> demo.refuse(e.getMessage() + ". See ./demo --help.", e))
                .setExecutionExceptionHandler((e, command, parsed) -> demo.explain(e))
                .execute(arguments);
    }

    @Override
    public Integer call() throws InterruptedException, ExecutionException, SQLException, IOException {
        options.check();
        if (options.verbose) {
            System.setProperty("millrace.demo.log", "warn");
        }
        DemoDatabase given = options.jdbc == null ? null : DemoDatabase.given(options.jdbc, options.user);
        if (options.kafka == null || options.jdbc == null) {
            out.println("Starting " + embedded() + " ...");
        }
        DemoKafka kafka = DemoKafka.open(options.kafka, options.partitions);
        try (Scratch scratch = new Scratch()) {
            if (options.cluster) {
                return provenOnACluster(kafka, scratch) ? EXACT : NOT_EXACT;
            }
            DemoDatabase database = given == null ? DemoDatabase.embedded() : given;
            out.printf(
                    "Sending %,d page hits into %s at %s%n", options.events, kafka.topic(), kafka.bootstrapServers());
            Verdict verdict = new DemoRun(options, kafka, database, scratch, out).run(terminal);
            report(verdict, database);
            if (options.keep) {
                howToLook(kafka, database);
                new CountDownLatch(1).await();
            }
            return verdict.isExact() ? EXACT : NOT_EXACT;
        } finally {
            if (options.kafka != null && !options.keep && !Scratch.isEnding()) {
                kafka.deleteTopic();
            }
        }
    }

    private boolean provenOnACluster(DemoKafka kafka, Scratch scratch)
            throws InterruptedException, SQLException, IOException {
        ClusterProof proof = new ClusterProof(options, kafka, scratch, out);
        boolean exact = proof.run();
        out.println(proof.closingLine());
        return exact;
    }

    private String embedded() {
        return options.kafka != null ? "PostgreSQL" : options.jdbc != null ? "Kafka" : "Kafka and PostgreSQL";
    }

    private void report(Verdict verdict, DemoDatabase database) throws SQLException {
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
        Truth truth = verdict.truth();
        out.printf(
                "%,d hits came out of order and count, %,d came too late and do not, %,d records are malformed.%n",
                truth.outOfOrder(), truth.tooLate(), truth.malformed());
        verdict.differences().stream().limit(SHOWN_DIFFERENCES).forEach(difference -> out.println("  " + difference));
        out.println(verdict.closingLine());
    }

    private void howToLook(DemoKafka kafka, DemoDatabase database) {
        out.println();
        out.println("Kafka:      topic " + kafka.topic() + " at " + kafka.bootstrapServers());
        out.println("PostgreSQL: table " + Traffic.TABLE + " at " + database.url());
        if (options.jdbc == null) {
            TestPostgres postgres = TestPostgres.shared();
            out.printf(
                    "            PGPASSWORD=%s psql -h 127.0.0.1 -p %d -U %s -c 'select * from %s limit 10'%n",
                    postgres.password(), postgres.port(), postgres.user(), Traffic.TABLE);
        }
        out.println("Both stay until Ctrl-C ends the demo.");
    }

    private int explain(Exception e) {
        if (Scratch.isEnding()) {
            // Ctrl-C: servers go away under the query, and nobody wants to hear of it.
            return NOT_EXACT;
        }
        if (e instanceof DemoFailure || e instanceof ValidationException) {
            return refuse(String.valueOf(e.getMessage()), e);
        }
        print("demo: failed: " + e.getMessage() + (options.verbose ? "" : " (--verbose shows more)"), e);
        return NOT_EXACT;
    }

    private int refuse(String sentence, Exception e) {
        print("demo: " + sentence, e);
        return CANNOT_START;
    }

    private void print(String line, Exception e) {
        err.println(line);
        if (options.verbose) {
            e.printStackTrace(err);
        }
    }
}
