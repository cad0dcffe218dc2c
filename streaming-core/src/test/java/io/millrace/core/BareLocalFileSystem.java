package io.millrace.core;

import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** Files without permissions: without Hadoop's native library each one would be set by a process of its own. */
public final class BareLocalFileSystem extends RawLocalFileSystem {
    /** For Hadoop. */
    public BareLocalFileSystem() {}

    @Override
    public void setPermission(Path path, FsPermission permission) {
        // Left as the process makes them.
    }
}
