package io.millrace.core.internal.spark;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.checkpointing.CheckpointFileManager;

/**
 * The files of a pipeline's checkpoint, by the interface of Spark 4.1 and 4.2, with Scala 2.13: those of a local or
 * mounted disk by {@link LocalCheckpointManager}, all others by Spark's own manager. Spark creates it by its name, on
 * executors too.
 */
public final class PipelineCheckpointManager implements CheckpointFileManager {
    /** The setting that has the name of the class. */
    public static final String SETTING = "spark.sql.streaming.checkpointFileManagerClass";

    private final CheckpointFileManager files;

    /** For Spark. */
    public PipelineCheckpointManager(Path root, Configuration conf) throws IOException {
        files = LocalFiles.have(root, conf) ? new LocalCheckpointManager(root, conf) : ofSpark(root, conf);
    }

    /** Whether nobody has chosen a manager for {@code root}, and it is on a local disk. */
    public static boolean isWanted(SparkSession spark, Path root) {
        Configuration conf = spark.sessionState().newHadoopConf();
        return conf.get(SETTING) == null && LocalFiles.have(root, conf);
    }

    private static CheckpointFileManager ofSpark(Path root, Configuration conf) {
        Configuration unset = new Configuration(conf);
        unset.unset(SETTING);
        return CheckpointFileManager.create(root, unset);
    }

    @Override
    public CancellableFSDataOutputStream createAtomic(Path path, boolean overwriteIfPossible) {
        return files.createAtomic(path, overwriteIfPossible);
    }

    @Override
    public FSDataInputStream open(Path path) {
        return files.open(path);
    }

    @Override
    public FileStatus[] list(Path path, PathFilter filter) {
        return files.list(path, filter);
    }

    @Override
    public void mkdirs(Path path) {
        files.mkdirs(path);
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
        return files.isLocal();
    }

    @Override
    public Path createCheckpointDirectory() {
        return files.createCheckpointDirectory();
    }

    @Override
    public void close() {
        files.close();
    }
}
