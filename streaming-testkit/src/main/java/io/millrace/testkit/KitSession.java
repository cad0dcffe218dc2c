package io.millrace.testkit;

import io.millrace.core.internal.spark.CheckpointManager;
import io.millrace.core.internal.spark.SparkVersion;
import io.millrace.core.internal.spark.SupportedSpark;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/** The Spark of this JVM, and an isolated session of it for each test. */
final class KitSession {
    static final String STOPPED = "The test has stopped the SparkSession of its kit: the next test gets a new Spark.";

    /** Settings that make batches cheaper; none of them changes what a query computes. */
    private static final Map<String, String> FOR_THE_JVM = Map.ofEntries(
            Map.entry("spark.ui.enabled", "false"),
            Map.entry("spark.ui.liveUpdate.period", "-1"),
            Map.entry("spark.ui.showConsoleProgress", "false"),
            Map.entry("spark.sql.streaming.ui.enabled", "false"),
            Map.entry("spark.sql.ui.retainedExecutions", "1"),
            Map.entry("spark.ui.retainedJobs", "1"),
            Map.entry("spark.ui.retainedStages", "1"),
            Map.entry("spark.ui.retainedTasks", "1"),
            // A fatal error of a task, such as an OutOfMemoryError, fails its query and does not end the JVM.
            Map.entry("spark.executor.killOnFatalError.depth", "0"),
            Map.entry("spark.driver.host", "localhost"),
            Map.entry("spark.driver.bindAddress", "127.0.0.1"),
            Map.entry("spark.broadcast.compress", "false"),
            Map.entry("spark.shuffle.compress", "false"));

    private static final Map<String, String> FOR_A_TEST = Map.of(
            "fs." + MemoryFileSystem.SCHEME + ".impl",
            MemoryFileSystem.class.getName(),
            "spark.sql.streaming.pollingDelay",
            "0",
            "spark.sql.ui.explainMode",
            "simple",
            // Spark 3.5 logs a warning for each query; later ones would choose the partitions by the size of a batch.
            "spark.sql.adaptive.enabled",
            "false");

    private static final Map<String, String> WITHOUT_CODEGEN =
            Map.of("spark.sql.codegen.wholeStage", "false", "spark.sql.codegen.factoryMode", "NO_CODEGEN");

    private static @Nullable SparkSession spark;

    private KitSession() {}

    static SparkSession open(StreamingTest settings) {
        SparkVersion.check(SupportedSpark.SUFFIX);
        SparkSession session = shared().newSession();
        RuntimeConfig conf = session.conf();
        FOR_A_TEST.forEach(conf::set);
        conf.set("spark.sql.streaming.checkpointFileManagerClass", CheckpointManager.ON_FILE_SYSTEMS);
        if (!settings.codegen()) {
            WITHOUT_CODEGEN.forEach(conf::set);
        }
        conf.set("spark.sql.shuffle.partitions", Integer.toString(settings.partitions()));
        conf.set("spark.sql.session.timeZone", settings.timeZone());
        conf.set(
                "spark.sql.streaming.stateStore.providerClass",
                settings.stateStore().provider());
        for (String setting : settings.settings()) {
            String[] parts = setting.split("=", 2);
            if (parts.length < 2) {
                throw new IllegalArgumentException("@StreamingTest(settings = \"" + setting
                        + "\"): a setting is written \"key=value\", such as \"spark.sql.ansi.enabled=true\".");
            }
            conf.set(parts[0].strip(), parts[1].strip());
        }
        return session;
    }

    /** Makes the queries of {@code session} compile from now on, which pays for large batches. */
    static void compileQueries(SparkSession session) {
        WITHOUT_CODEGEN.keySet().forEach(session.conf()::unset);
    }

    /** Started by the first test that needs it, and by the next if a test has stopped it; ends with the JVM. */
    private static synchronized SparkSession shared() {
        SparkSession running = spark;
        if (running == null || running.sparkContext().isStopped()) {
            running = start();
            spark = running;
        }
        return running;
    }

    private static SparkSession start() {
        JvmModules.openToSpark();
        SparkSession.Builder builder = SparkSession.builder().master("local[2]").appName("millrace-testkit");
        FOR_THE_JVM.forEach(builder::config);
        if (!hasLogConfiguration()) {
            // Spark's default logs about a hundred lines for each test.
            builder.config("spark.log.level", "WARN");
        }
        SparkSession session = builder.getOrCreate();
        SparkSourceInternals.replaceSourcesIn(session);
        SparkClockInternals.readTheClockOfTestsIn(session);
        return session;
    }

    private static boolean hasLogConfiguration() {
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        return Stream.of("log4j2.configurationFile", "log4j.configurationFile")
                        .anyMatch(property -> System.getProperty(property) != null)
                || Stream.of("properties", "xml", "yaml", "yml", "json", "jsn")
                        .flatMap(type -> Stream.of("log4j2-test." + type, "log4j2." + type))
                        .anyMatch(file -> loader.getResource(file) != null);
    }
}
