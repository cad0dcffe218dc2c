package io.millrace.core.internal.spark;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.FsConstants;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PathFilter;
import org.apache.hadoop.fs.local.LocalFs;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * The files of a checkpoint on local and mounted disks. Reads and leaves them as Hadoop's {@link LocalFs}, which Spark
 * uses, but by calls of Java: Hadoop without its native library starts a process for each permission and each link.
 * Writes none of the checksum files that Hadoop writes here and Spark never reads, and leaves no wrong ones.
 */
final class LocalFiles {
    private static final String SCHEME = FsConstants.LOCAL_FS_URI.getScheme();
    private static final String IMPLEMENTATION = "fs.AbstractFileSystem." + SCHEME + ".impl";
    private static final int BLOCK = 32 * 1024 * 1024;

    private final FileContext hadoop;

    LocalFiles(Configuration conf) throws IOException {
        hadoop = FileContext.getLocalFSFileContext(conf);
    }

    /** Whether {@code path} is on a local disk, by Hadoop's own file system and a name that Java can write. */
    static boolean have(Path path, Configuration conf) {
        String scheme = path.toUri().getScheme();
        String named = scheme == null ? FileSystem.getDefaultUri(conf).getScheme() : scheme;
        return SCHEME.equalsIgnoreCase(named)
                && LocalFs.class.getName().equals(conf.get(IMPLEMENTATION, LocalFs.class.getName()))
                && isNameable(path);
    }

    private static boolean isNameable(Path path) {
        try {
            file(path).toPath();
            return true;
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** A new temporary file beside {@code path}, in a directory that exists, named as Spark names its own. */
    AtomicFile create(Path path) throws IOException {
        TaskContext task = TaskContext.get();
        String attempt = task == null ? "" : ".TID" + task.taskAttemptId();
        return new AtomicFile(
                file(path).toPath(),
                "." + path.getName() + "." + UUID.randomUUID() + attempt + ".tmp",
                permissions(FsPermission.getFileDefault()));
    }

    FSDataInputStream open(Path path) throws IOException {
        return hadoop.open(new Path(file(path).toURI()));
    }

    boolean exists(Path path) {
        return file(path).exists();
    }

    /** The entries of a directory but checksums, or the file itself. */
    FileStatus[] list(Path path, PathFilter filter) throws IOException {
        File file = file(path);
        Path qualified = qualified(path);
        String[] names = file.list();
        if (names == null) {
            FileStatus itself = status(file, qualified);
            if (itself == null || itself.isDirectory()) {
                throw new FileNotFoundException("The directory " + path + " does not exist or cannot be read.");
            }
            return filter.accept(qualified) ? new FileStatus[] {itself} : new FileStatus[0];
        }
        List<FileStatus> entries = new ArrayList<>();
        for (String name : names) {
            Path entry = new Path(qualified, new Path(null, null, name));
            FileStatus status = isChecksums(name) || !filter.accept(entry) ? null : status(new File(file, name), entry);
            if (status != null) {
                entries.add(status);
            }
        }
        return entries.toArray(FileStatus[]::new);
    }

    /** Creates the directory and those that it is in; its path with a scheme and from the root. */
    Path makeDirectories(Path path) throws IOException {
        File directory = file(path).getAbsoluteFile();
        if (!directory.isDirectory()) {
            Files.createDirectories(directory.getParentFile().toPath());
            if (directory.mkdir()) {
                Set<PosixFilePermission> permissions = permissions(FsPermission.getDirDefault());
                if (permissions != null) {
                    Files.setPosixFilePermissions(directory.toPath(), permissions);
                }
            } else if (!directory.isDirectory()) { // It is one if another task has made it meanwhile.
                throw new IOException("The directory " + directory + " cannot be created.");
            }
        }
        return qualified(path);
    }

    /** Deletes a file or a directory with all that it has, if it exists. As in Spark, what cannot be deleted stays. */
    void delete(Path path) {
        File file = file(path);
        FileUtil.fullyDelete(file);
        if (!file.exists()) {
            FileUtil.fullyDelete(AtomicFile.checksums(file));
        }
    }

    private Path qualified(Path path) {
        return path.makeQualified(FsConstants.LOCAL_FS_URI, hadoop.getWorkingDirectory());
    }

    private static File file(Path path) {
        return new File(path.toUri().getPath());
    }

    private static boolean isChecksums(String name) {
        return name.startsWith(".") && name.endsWith(".crc");
    }

    private static @Nullable FileStatus status(File file, Path path) throws IOException {
        try {
            BasicFileAttributes found = Files.readAttributes(file.toPath(), BasicFileAttributes.class);
            return new FileStatus(
                    found.isDirectory() ? 0 : found.size(),
                    found.isDirectory(),
                    1,
                    BLOCK,
                    found.lastModifiedTime().toMillis(),
                    path);
        } catch (NoSuchFileException e) {
            return null; // Deleted meanwhile.
        }
    }

    /** What Hadoop's setting, and not that of the process, leaves of {@code all}, as in Spark's own manager. */
    private @Nullable Set<PosixFilePermission> permissions(FsPermission all) {
        if (!FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            return null;
        }
        FsPermission left = all.applyUMask(hadoop.getUMask());
        return PosixFilePermissions.fromString(
                left.getUserAction().SYMBOL + left.getGroupAction().SYMBOL + left.getOtherAction().SYMBOL);
    }
}
