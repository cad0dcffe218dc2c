package io.millrace.testkit.servers;

import io.millrace.core.internal.spark.SparkVersion;
import io.millrace.core.internal.spark.SupportedSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Spark cluster: a standalone master on 127.0.0.1, and workers on 127.0.0.2 and up, as child processes that
 * never outlive this JVM. Executors are separate JVMs, which a test can kill. Needs Linux; calls may come from any
 * thread.
 *
 * <pre>{@code
 * try (TestSpark cluster = TestSpark.start()) {
 *     SparkSession spark = SparkSession.builder().master(cluster.master()).getOrCreate();
 *     ...
 *     cluster.kill(cluster.executors().get(0));
 * }
 * }</pre>
 */
public final class TestSpark implements AutoCloseable, AfterAllCallback {
    private final SparkHome home;
    private final SparkDaemon master;
    private final List<SparkDaemon> workers = new ArrayList<>();

    private TestSpark(Settings settings) {
        SparkVersion.check(SupportedSpark.SUFFIX);
        this.home = SparkHome.of(settings.classPath);
        this.master = SparkDaemon.master(home);
        for (int number = 1; number <= settings.workers; number++) {
            workers.add(SparkDaemon.worker(home, "127.0.0." + (number + 1), settings.cores, master()));
        }
    }

    /** Starts two workers of two cores each, with the class path of this JVM. */
    public static TestSpark start() {
        return configured().start();
    }

    /** The settings of a cluster, to change before the start. */
    public static Settings configured() {
        return new Settings(2, 2, classPath());
    }

    /** {@code spark://127.0.0.1:port}, for the master of a session or {@code spark-submit --master}. */
    public String master() {
        return "spark://127.0.0.1:" + master.port();
    }

    /** A Spark home: {@code bin/spark-submit} and {@code jars}. {@link #close()} deletes it. */
    public Path home() {
        return home.directory();
    }

    /** The hosts of the workers that are running. */
    public List<String> workerHosts() {
        return workers.stream()
                .filter(SparkDaemon::alive)
                .map(SparkDaemon::host)
                .toList();
    }

    /** The running executors of all applications. */
    public List<Executor> executors() {
        List<Executor> executors = new ArrayList<>();
        for (SparkDaemon worker : workers) {
            worker.executors().forEach((pid, id) -> executors.add(new Executor(id, worker.host(), pid)));
        }
        return List.copyOf(executors);
    }

    /** Kills an executor by SIGKILL; Spark's master starts a new one. */
    public void kill(Executor executor) {
        Commands.signal("KILL", executor.pid());
    }

    /** Kills a worker and its executors by SIGKILL; returns when they are gone. */
    public void killWorker(String host) {
        workers.stream()
                .filter(worker -> worker.host().equals(host))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "killWorker(" + host + "): there is no such worker. Those that run are " + workerHosts() + "."))
                .kill();
    }

    /** Ends all processes at once and deletes what they wrote. Does nothing a second time. */
    @Override
    public void close() {
        workers.forEach(SparkDaemon::close);
        master.close();
        home.close();
    }

    /** {@link #close()} after the last test of the class that registered this extension. */
    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    private static List<Path> classPath() {
        String[] entries = System.getProperty("java.class.path").split(Pattern.quote(java.io.File.pathSeparator), -1);
        return Arrays.stream(entries).map(Path::of).toList();
    }

    /**
     * An executor's JVM.
     *
     * @param id its number in the application, as Spark's UI shows it
     * @param host the host of its worker
     * @param pid the process id
     */
    public record Executor(String id, String host, long pid) {}

    /**
     * The settings of a cluster. Immutable: every call returns a copy.
     *
     * <pre>{@code TestSpark.configured().workers(3).coresPerWorker(1).start()}</pre>
     */
    public static final class Settings {
        private final int workers;
        private final int cores;
        private final List<Path> classPath;

        private Settings(int workers, int cores, List<Path> classPath) {
            this.workers = atLeastOne("workers", workers);
            this.cores = atLeastOne("coresPerWorker", cores);
            this.classPath = List.copyOf(classPath);
        }

        /** The number of workers, each on its own host. Default 2. */
        public Settings workers(int count) {
            return new Settings(count, cores, classPath);
        }

        /** The cores of each worker, which may be more than the machine has. Default 2. */
        public Settings coresPerWorker(int count) {
            return new Settings(workers, count, classPath);
        }

        /**
         * The jars and class directories of drivers and executors. By default the class path of this JVM, so that a
         * session works as in local mode; give only Spark's jars for a cluster without your classes.
         */
        public Settings classPath(List<Path> entries) {
            return new Settings(workers, cores, entries);
        }

        /** Starts the cluster and returns when all workers are ready. */
        public TestSpark start() {
            return new TestSpark(this);
        }

        private static int atLeastOne(String call, int count) {
            if (count < 1) {
                throw new IllegalArgumentException(call + "(" + count + "): a cluster needs at least one.");
            }
            return count;
        }
    }
}
