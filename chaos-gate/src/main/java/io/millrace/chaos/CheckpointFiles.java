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
 * a log file is begun, before it gets its name and after it has it. Forks no process for permissions, as Hadoop's own
 * would.
 */
public final class CheckpointFiles extends RawLocalFileSystem {
    static final String SCHEME = "chaos";
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
        // Asked for by the constructor above, before there is one of ours.
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
        // Of two drivers that write one file, one must learn that it is there.
        Files.createLink(pathToFile(to).toPath(), pathToFile(from).toPath());
        Files.delete(pathToFile(from).toPath());
        points.reach(site(to, "named"), null);
        return true;
    }

    @Override
    public void setPermission(Path path, FsPermission permission) {
        // One user reads and writes a checkpoint here.
    }

    private static String site(Path path, String moment) {
        return "checkpoint " + path.getParent().getName() + " " + moment;
    }
}
