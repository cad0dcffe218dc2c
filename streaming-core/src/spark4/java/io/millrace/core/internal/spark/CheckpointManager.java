package io.millrace.core.internal.spark;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.checkpointing.CheckpointFileManager;
import org.apache.spark.sql.execution.streaming.checkpointing.FileContextBasedCheckpointFileManager;
import org.apache.spark.sql.execution.streaming.checkpointing.FileSystemBasedCheckpointFileManager;

/** Spark's own manager of the files of a checkpoint, that of Spark 4.1 and 4.2, with Scala 2.13. */
public final class CheckpointManager {
    /** The manager that needs nothing but Hadoop's older interface of file systems. */
    public static final String ON_FILE_SYSTEMS = FileSystemBasedCheckpointFileManager.class.getName();

    /** The manager that Spark chooses for file systems that have Hadoop's newer interface, such as a local disk. */
    public static final String OF_SPARK = FileContextBasedCheckpointFileManager.class.getName();

    private final CheckpointFileManager files;

    private CheckpointManager(CheckpointFileManager files) {
        this.files = files;
    }

    /** The manager that pipelines of the session use for {@code path}. */
    public static CheckpointManager of(SparkSession spark, Path path) throws IOException {
        try {
            Configuration conf = spark.sessionState().newHadoopConf();
            return new CheckpointManager(
                    conf.get(PipelineCheckpointManager.SETTING) == null
                            ? new PipelineCheckpointManager(path, conf)
                            : CheckpointFileManager.create(path, conf));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            // Spark creates a configured manager by reflection, and Scala does not declare what that throws.
            Throwable cause = e instanceof InvocationTargetException wrapped ? wrapped.getTargetException() : e;
            throw cause instanceof IOException failure ? failure : new IOException(cause);
        }
    }

    public boolean exists(Path path) throws IOException {
        return files.exists(path);
    }

    public InputStream open(Path file) throws IOException {
        return files.open(file);
    }

    /** The files and directories directly in {@code directory}. */
    public List<Path> list(Path directory) throws IOException {
        return statuses(directory).stream().map(FileStatus::getPath).toList();
    }

    /** The same with what the file system says about each. */
    public List<FileStatus> statuses(Path directory) throws IOException {
        return List.of(files.list(directory));
    }

    /** Deletes a file, or a directory with all that it has. */
    public void delete(Path path) throws IOException {
        files.delete(path);
    }

    /** Replaces what the file held by {@code content}, the whole of it or nothing; creates its directory. */
    public void replace(Path file, byte[] content) throws IOException {
        replace(file, new ByteArrayInputStream(content));
    }

    /** The same, read to its end. */
    public void replace(Path file, InputStream content) throws IOException {
        files.mkdirs(file.getParent());
        CheckpointFileManager.CancellableFSDataOutputStream whole = files.createAtomic(file, true);
        try {
            content.transferTo(whole);
        } catch (IOException | RuntimeException e) {
            whole.cancel();
            throw e;
        }
        whole.close();
    }
}
