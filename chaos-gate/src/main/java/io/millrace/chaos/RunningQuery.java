package io.millrace.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A query that is begun again on its checkpoint whenever it has ended. */
final class RunningQuery {
    private final Writer.Launcher launcher;
    private final List<Integer> partitions;
    private final Path directory;
    private final Checkpoint checkpoint;
    private volatile @Nullable Writer writer;
    private String lastFailure = "";
    private int begun;

    /**
     * A query that has not been begun.
     *
     * @param partitions those of the topic that it reads
     * @param directory that of its checkpoint on the local disk
     */
    RunningQuery(Writer.Launcher launcher, List<Integer> partitions, Path directory) {
        this.launcher = launcher;
        this.partitions = partitions;
        this.directory = directory;
        this.checkpoint = new Checkpoint(directory);
    }

    /** Whether it had to. */
    boolean beginWhereEnded(int readers) {
        Writer known = writer;
        if (known != null && known.alive()) {
            return false;
        }
        begun++;
        try {
            writer = launcher.launch(readers);
            lastFailure = "";
        } catch (RuntimeException struckWhileItBegan) {
            lastFailure = struckWhileItBegan.toString();
        }
        return true;
    }

    void end() {
        Writer known = writer;
        writer = null;
        if (known != null) {
            known.end();
        }
    }

    /** The writer that runs; from now on it is the caller's, and the query is begun anew beside it. */
    @Nullable Writer release() {
        Writer known = writer;
        writer = null;
        return known;
    }

    @Nullable Writer writer() {
        return writer;
    }

    /** Why it could not be begun the last time, or nothing. */
    String lastFailure() {
        return lastFailure;
    }

    int begun() {
        return begun;
    }

    boolean caughtUp(Map<Integer, Long> ends) throws IOException {
        Map<Integer, Long> committed = checkpoint.committedEnds();
        return partitions.stream()
                .allMatch(partition -> committed.getOrDefault(partition, 0L) >= ends.getOrDefault(partition, 0L));
    }

    Map<BatchId, BatchPlan> plans() throws IOException {
        return checkpoint.plans();
    }

    /** Copies its checkpoint. */
    void keep(Path to) throws IOException {
        Evidence.copy(directory, to);
    }
}
