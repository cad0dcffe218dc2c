package io.millrace.chaos;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A trial in a {@link LongRunningCluster}: at its end the processes must have given back what its queries have taken. */
final class LongRunningTrial implements AutoCloseable {
    /** The pools let go of what is idle after half a minute, and look every two seconds. */
    private static final long IDLE_SECONDS = 35;

    /** A socket is closed by a thread of its own, after the collection. */
    private static final long CLEANS_SECONDS = 2;

    private static final int STARTS = 3;

    private final LongRunningCluster residence;
    private final Trial trial;
    private final String name;
    private @Nullable Usage baseline;

    LongRunningTrial(Environment rig, Subject subject, long seed) throws SQLException {
        LocalCluster.prepare(rig.directory(), rig.image().jars());
        residence = new LongRunningCluster(rig);
        trial = new Trial(rig, subject, seed, 1, residence);
        name = subject.toString();
    }

    Trial trial() {
        return trial;
    }

    /** Has its query begin and end some times: what a JVM keeps from its first queries is no leak. */
    Void settleIn() throws Exception {
        for (int start = 0; start < STARTS; start++) {
            trial.warmUp();
            trial.rest();
        }
        return null;
    }

    /** Waits until it has come to rest, and remembers what it still needs. */
    void rememberBaseline() throws IOException {
        Deadline.pause(IDLE_SECONDS * 1_000);
        residence.collectGarbage();
        Deadline.pause(CLEANS_SECONDS * 1_000);
        baseline = usage();
    }

    /**
     * What it has more of than at the baseline; to be called at rest, and again where something is left, since garbage is
     * collected then.
     */
    List<String> leaks() throws IOException {
        Usage before = baseline;
        if (before == null || residence.drivers() > 1) {
            return List.of("the driver of " + name + " that was to stay has ended");
        }
        List<String> leaks = usage().leaksOver(before);
        if (!leaks.isEmpty()) {
            residence.collectGarbage();
        }
        return leaks.stream()
                .map(leak -> "the processes of " + name + ": " + leak)
                .toList();
    }

    /** What it has now, and had at the baseline. */
    String describe() throws IOException {
        return "the processes of " + name + " at rest: " + usage() + ", at the baseline: " + baseline;
    }

    @Override
    public void close() {
        trial.close();
    }

    private Usage usage() throws IOException {
        return residence.usage(trial.connections());
    }
}
