package io.millrace.core;

import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** Does not set permissions: without Hadoop's native library that takes a process for each file. */
public final class BareLocalFileSystem extends RawLocalFileSystem {
    /** For Hadoop. */
    public BareLocalFileSystem() {}

    @Override
    public void setPermission(Path path, FsPermission permission) {
        // Permissions stay those of the process.
    }
}
