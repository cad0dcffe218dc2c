package io.millrace.chaos;

import io.millrace.core.internal.spark.LocalCheckpointManager;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * The files of a checkpoint at {@code chaos://NAME/path}, a local disk, as pipelines write them. Passes the fail points
 * of NAME before a file is written, before it gets its name and after that.
 */
public final class ChaosCheckpointFiles extends LocalCheckpointManager {
    /** The site after Spark has committed a batch. */
    static final String COMMITTED = "checkpoint commits named";

    private static final String SCHEME = "chaos";

    private final FailPoints points;

    /** For Spark. */
    public ChaosCheckpointFiles(Path root, Configuration configuration) throws IOException {
        super(root, configuration);
        points = FailPoints.named(root.toUri().getAuthority());
    }

    static String url(String name, java.nio.file.Path directory) {
        return SCHEME + "://" + name + directory.toAbsolutePath();
    }

    @Override
    protected void reach(Path file, String moment) throws IOException {
        points.reach("checkpoint " + file.getParent().getName() + " " + moment, null);
    }
}
