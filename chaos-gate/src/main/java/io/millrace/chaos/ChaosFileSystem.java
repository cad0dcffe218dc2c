package io.millrace.chaos;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.jspecify.annotations.Nullable;

/**
 * The local disk as {@code chaos://NAME/path}: a file system for checkpoints that passes the fail points of NAME before
 * it creates a log file, before it renames it and after that. Unlike Hadoop's own, it does not fork processes for
 * permissions.
 */
public final class ChaosFileSystem extends RawLocalFileSystem {
    static final String SCHEME = "chaos";

    /** The site after Spark has committed a batch. */
    static final String COMMITTED = "checkpoint commits named";

    private @Nullable URI uri;
    private FailPoints points = new FailPoints();

    static String url(String name, java.nio.file.Path directory) {
        return SCHEME + "://" + name + directory.toAbsolutePath();
    }

    @Override
    public void initialize(URI name, Configuration configuration) throws IOException {
        super.initialize(name, configuration);
        uri = URI.create(SCHEME + "://" + name.getAuthority() + "/");
        points = FailPoints.named(name.getAuthority());
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public URI getUri() {
        // Called by the constructor of the superclass.
        return uri == null ? super.getUri() : uri;
    }

    @Override
    public FSDataOutputStream create(
            Path path, boolean overwrite, int buffer, short replication, long block, Progressable progress)
            throws IOException {
        points.reach(site(path, "begun"), null);
        return super.create(path, overwrite, buffer, replication, block, progress);
    }

    @Override
    public FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int buffer,
            short replication,
            long block,
            Progressable progress)
            throws IOException {
        return create(path, overwrite, buffer, replication, block, progress);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        points.reach(site(to, "written"), null);
        // If two drivers write the same file, the second must fail.
        Files.createLink(pathToFile(to).toPath(), pathToFile(from).toPath());
        Files.delete(pathToFile(from).toPath());
        points.reach(site(to, "named"), null);
        return true;
    }

    @Override
    public void setPermission(Path path, FsPermission permission) {
        // Not needed: a single user reads and writes the checkpoint.
    }

    private static String site(Path path, String moment) {
        return "checkpoint " + path.getParent().getName() + " " + moment;
    }
}
