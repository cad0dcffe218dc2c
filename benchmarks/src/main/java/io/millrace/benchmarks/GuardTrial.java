package io.millrace.benchmarks;

import io.millrace.core.internal.spark.CheckpointManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.SparkSession;

/**
 * Tries a change for real. The job before it runs on the first rows; then Millrace is asked, and Spark alone runs the
 * changed job on a copy of the checkpoint and the second rows. Its rows are right if a new start of the changed job
 * writes the same for the second rows.
 */
final class GuardTrial {
    private static final Map<String, String> SETTINGS = Map.of(
            "spark.sql.shuffle.partitions", "1",
            "spark.sql.session.timeZone", "UTC",
            "spark.sql.streaming.pollingDelay", "0",
            "spark.sql.codegen.wholeStage", "false",
            "spark.sql.codegen.factoryMode", "NO_CODEGEN",
            "spark.sql.ui.explainMode", "simple",
            "spark.sql.maxPlanStringLength", "100",
            "spark.sql.streaming.checkpointFileManagerClass", CheckpointManager.ON_FILE_SYSTEMS);

    private final SparkSession spark;
    private final Path root;
    private final AtomicInteger numbers = new AtomicInteger();

    GuardTrial(SparkSession spark, Path root) {
        this.spark = spark;
        this.root = root;
    }

    static SparkSession session() {
        SparkSession spark = SparkSession.builder()
                .master("local[2]")
                .appName("guard")
                .config("spark.ui.enabled", "false")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .config("spark.driver.host", "127.0.0.1")
                .getOrCreate();
        spark.sparkContext().setLogLevel("OFF"); // Most changes end a query.
        return spark;
    }

    GuardVerdict of(GuardedChange change) throws Exception {
        int number = numbers.incrementAndGet();
        GuardLab lab = new GuardLab(Files.createDirectories(root.resolve("old" + number)));
        lab.first();
        lab.runGuarded(change.before(), session(change.before()), "checkpoint");
        lab.copy("checkpoint", "copy");
        lab.forget();
        lab.second();
        change.between().accept(lab);
        Map<String, Long> before = lab.listing("checkpoint");
        GuardVerdict verdict = lab.guarded(change.after(), session(change.after()), "checkpoint", "");
        if (!lab.listing("checkpoint").equals(before)) {
            throw new IllegalStateException(change + ": validate has changed the checkpoint");
        }
        String sparks = ofSpark(change, lab, number);
        return new GuardVerdict(sparks, verdict.millrace(), verdict.warns(), verdict.details());
    }

    private String ofSpark(GuardedChange change, GuardLab lab, int number) throws Exception {
        try {
            lab.run(change.after(), session(change.after()), "copy");
        } catch (Exception e) {
            return "fails";
        }
        return lab.result().equals(expected(change, number)) ? "works" : "is wrong";
    }

    private List<String> expected(GuardedChange change, int number) throws Exception {
        GuardLab lab = new GuardLab(Files.createDirectories(root.resolve("new" + number)));
        lab.first();
        if (!change.isOfANewCheckpoint()) {
            lab.run(change.after(), session(change.after()), "checkpoint");
            lab.forget();
        }
        lab.second();
        change.between().accept(lab);
        lab.run(change.after(), session(change.after()), "checkpoint");
        return lab.result();
    }

    private SparkSession session(GuardedJob job) {
        SparkSession session = spark.newSession();
        SETTINGS.forEach(session.conf()::set);
        job.settings().forEach(session.conf()::set);
        return session;
    }

    static void delete(Path root) throws IOException {
        try (var paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
