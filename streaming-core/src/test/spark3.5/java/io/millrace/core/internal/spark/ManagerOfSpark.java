package io.millrace.core.internal.spark;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.execution.streaming.CheckpointFileManager;

/** The manager that Spark chooses if nobody names one. */
final class ManagerOfSpark {
    private ManagerOfSpark() {}

    static CheckpointFileManager create(Path root) {
        return CheckpointFileManager.create(root, new Configuration());
    }
}
