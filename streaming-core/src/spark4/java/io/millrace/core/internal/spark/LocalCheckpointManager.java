package io.millrace.core.internal.spark;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;
import org.apache.spark.sql.execution.streaming.checkpointing.CheckpointFileManager;

/** The {@link LocalFiles} of a checkpoint by Spark's interface, that of Spark 4.1 and 4.2, with Scala 2.13. */
public class LocalCheckpointManager implements CheckpointFileManager {
    private final Path root;
    private final LocalFiles files;

    /** The manager of the files in {@code root}, whose path is that of a local disk whatever its scheme is. */
    public LocalCheckpointManager(Path root, Configuration conf) throws IOException {
        this.root = root;
        this.files = new LocalFiles(conf);
    }

    /**
     * Called before {@code file} is written, when it is written, and when it has its name.
     *
     * @param moment {@code begun}, {@code written} or {@code named}
     */
    protected void reach(Path file, String moment) throws IOException {}

    @Override
    public CancellableFSDataOutputStream createAtomic(Path path, boolean overwriteIfPossible) {
        return Undeclared.call(() -> {
            reach(path, "begun");
            return new PendingFile(path, files.create(path), overwriteIfPossible);
        });
    }

    @Override
    public FSDataInputStream open(Path path) {
        return Undeclared.call(() -> files.open(path));
    }

    @Override
    public FileStatus[] list(Path path, PathFilter filter) {
        return Undeclared.call(() -> files.list(path, filter));
    }

    @Override
    public void mkdirs(Path path) {
        Undeclared.call(() -> files.makeDirectories(path));
    }

    @Override
    public boolean exists(Path path) {
        return files.exists(path);
    }

    @Override
    public void delete(Path path) {
        files.delete(path);
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public Path createCheckpointDirectory() {
        return Undeclared.call(() -> files.makeDirectories(root));
    }

    /** A file that has its name when it is closed, and never if it is cancelled before. */
    private final class PendingFile extends CancellableFSDataOutputStream {
        private final Path path;
        private final AtomicFile file;
        private final boolean overwrites;
        private boolean ended;

        private PendingFile(Path path, AtomicFile file, boolean overwrites) {
            super(file);
            this.path = path;
            this.file = file;
            this.overwrites = overwrites;
        }

        @Override
        public synchronized void close() throws IOException {
            if (ended) {
                return;
            }
            ended = true;
            try {
                reach(path, "written");
                publish();
            } finally {
                file.discard();
            }
            reach(path, "named");
        }

        private void publish() throws IOException {
            if (overwrites) {
                file.replace();
                return;
            }
            try {
                file.claim();
            } catch (java.nio.file.FileAlreadyExistsException e) {
                FileAlreadyExistsException known = new FileAlreadyExistsException(path + " exists.");
                known.initCause(e);
                throw known; // Spark says then that two queries use one checkpoint.
            }
        }

        @Override
        public synchronized void cancel() {
            ended = true;
            file.discard();
        }
    }
}
