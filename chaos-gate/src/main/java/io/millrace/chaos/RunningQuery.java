package io.millrace.chaos;

import io.millrace.chaos.checker.BatchId;
import io.millrace.chaos.checker.BatchPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A query that can be restarted on its checkpoint. */
final class RunningQuery {
    private final SubjectWriter.Launcher launcher;
    private final List<Integer> partitions;
    private final Path directory;
    private final CheckpointReader checkpoint;
    private volatile @Nullable SubjectWriter writer;
    private String lastFailure = "";
    private int starts;

    /**
     * Creates a query that is not started yet.
     *
     * @param partitions the partitions of the topic that it reads
     * @param directory the local directory of its checkpoint
     */
    RunningQuery(SubjectWriter.Launcher launcher, List<Integer> partitions, Path directory) {
        this.launcher = launcher;
        this.partitions = partitions;
        this.directory = directory;
        this.checkpoint = new CheckpointReader(directory);
    }

    /** Starts a writer if none is running; returns whether it did. */
    boolean startIfEnded(int readers) {
        SubjectWriter known = writer;
        if (known != null && known.alive()) {
            return false;
        }
        starts++;
        try {
            writer = launcher.launch(readers);
            lastFailure = "";
        } catch (RuntimeException failedToStart) {
            lastFailure = failedToStart.toString();
        }
        return true;
    }

    void end() {
        SubjectWriter known = writer;
        writer = null;
        if (known != null) {
            known.end();
        }
    }

    /** Hands the running writer over to the caller; the next start creates a new one. */
    @Nullable SubjectWriter release() {
        SubjectWriter known = writer;
        writer = null;
        return known;
    }

    @Nullable SubjectWriter writer() {
        return writer;
    }

    /** Returns why the last start failed, or an empty string. */
    String lastFailure() {
        return lastFailure;
    }

    int starts() {
        return starts;
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
