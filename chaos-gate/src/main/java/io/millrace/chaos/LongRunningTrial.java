package io.millrace.chaos;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A trial in a {@link LongRunningCluster}, whose processes must have released all resources at the end. */
final class LongRunningTrial implements AutoCloseable {
    /** The pools close idle connections after half a minute and check every two seconds. */
    private static final long IDLE_SECONDS = 35;

    /** A cleaner thread closes sockets some time after the garbage collection. */
    private static final long CLEANER_SECONDS = 2;

    private static final int STARTS = 3;

    private final LongRunningCluster cluster;
    private final Trial trial;
    private final String name;
    private @Nullable Usage baseline;

    LongRunningTrial(Environment environment, Subject subject, long seed) throws SQLException {
        cluster = new LongRunningCluster(environment);
        trial = new Trial(environment, subject, seed, 1, cluster);
        name = subject.toString();
    }

    Trial trial() {
        return trial;
    }

    /** Starts and stops its query a few times: what a JVM keeps from its first queries is not a leak. */
    Void warmUp() throws Exception {
        for (int start = 0; start < STARTS; start++) {
            trial.warmUp();
            trial.stop();
        }
        return null;
    }

    /** Waits until the processes are idle and records their resources. */
    void recordBaseline() throws IOException {
        Deadline.pause(IDLE_SECONDS * 1_000);
        cluster.collectGarbage();
        Deadline.pause(CLEANER_SECONDS * 1_000);
        baseline = usage();
    }

    /**
     * Returns the resources that have grown since the baseline. To be called while the query is stopped, and again if
     * there are any, since they trigger a garbage collection.
     */
    List<String> leaks() throws IOException {
        Usage before = baseline;
        if (before == null || cluster.drivers() > 1) {
            return List.of("the long-running driver of " + name + " has ended");
        }
        List<String> leaks = usage().leaksOver(before);
        if (!leaks.isEmpty()) {
            cluster.collectGarbage();
        }
        return leaks.stream()
                .map(leak -> "the processes of " + name + ": " + leak)
                .toList();
    }

    /** Describes the resources now and at the baseline. */
    String describe() throws IOException {
        return "the processes of " + name + " when idle: " + usage() + ", at the baseline: " + baseline;
    }

    @Override
    public void close() {
        trial.close();
    }

    private Usage usage() throws IOException {
        return cluster.usage(trial.connections());
    }
}
