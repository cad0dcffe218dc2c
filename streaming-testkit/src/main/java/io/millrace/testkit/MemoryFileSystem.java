package io.millrace.testkit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A Hadoop file system that keeps checkpoints in memory. Spark writes offsets, commits and state through it, and forks
 * no process for each file, as it does on a local disk without Hadoop's native library.
 */
final class MemoryFileSystem extends FileSystem {
    static final String SCHEME = "millrace";

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public URI getUri() {
        return URI.create(SCHEME + ":///");
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
        byte[] content = Checkpoint.of(path).files().get(Checkpoint.relative(path));
        if (content == null) {
            throw new FileNotFoundException(path.toString());
        }
        return new FSDataInputStream(new Content(content));
    }

    @Override
    public FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            Progressable progress)
            throws IOException {
        Checkpoint checkpoint = Checkpoint.of(path);
        if (!overwrite && checkpoint.files().containsKey(Checkpoint.relative(path))) {
            throw new FileAlreadyExistsException(path.toString());
        }
        return new FSDataOutputStream(
                new ByteArrayOutputStream() {
                    @Override
                    public void close() {
                        checkpoint.files().put(Checkpoint.relative(path), toByteArray());
                    }
                },
                null);
    }

    @Override
    public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
        throw new UnsupportedOperationException("A checkpoint in memory cannot append to a file: " + path);
    }

    @Override
    public boolean rename(Path from, Path to) throws IOException {
        Checkpoint.of(from).move(Checkpoint.relative(from), Checkpoint.relative(to));
        return true;
    }

    @Override
    public boolean delete(Path path, boolean recursive) {
        Checkpoint checkpoint = Checkpoint.find(path);
        if (checkpoint == null) {
            return false;
        }
        String name = Checkpoint.relative(path);
        return checkpoint.files().keySet().removeIf(file -> file.equals(name) || isBelow(file, name));
    }

    @Override
    public FileStatus[] listStatus(Path path) throws IOException {
        String name = Checkpoint.relative(path);
        Map<String, FileStatus> found = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : Checkpoint.of(path).files().entrySet()) {
            if (isBelow(file.getKey(), name)) {
                String rest = file.getKey().substring(name.isEmpty() ? 0 : name.length() + 1);
                int slash = rest.indexOf('/');
                String child = slash < 0 ? rest : rest.substring(0, slash);
                Path at = makeQualified(new Path(path, child));
                found.put(child, slash < 0 ? file(at, file.getValue().length) : directory(at));
            }
        }
        return found.values().toArray(FileStatus[]::new);
    }

    @Override
    public FileStatus getFileStatus(Path path) throws IOException {
        Checkpoint checkpoint = Checkpoint.find(path);
        if (checkpoint == null) {
            throw new FileNotFoundException(path.toString());
        }
        String name = Checkpoint.relative(path);
        byte[] content = checkpoint.files().get(name);
        if (content != null) {
            return file(makeQualified(path), content.length);
        }
        if (name.isEmpty() || checkpoint.files().keySet().stream().anyMatch(file -> isBelow(file, name))) {
            return directory(makeQualified(path));
        }
        throw new FileNotFoundException(path.toString());
    }

    /** Does nothing: a directory exists as soon as a file is in it. */
    @Override
    public boolean mkdirs(Path path, FsPermission permission) {
        return true;
    }

    @Override
    public void setWorkingDirectory(Path directory) {
        throw new UnsupportedOperationException("A checkpoint in memory has no working directory.");
    }

    @Override
    public Path getWorkingDirectory() {
        return new Path(getUri());
    }

    private static boolean isBelow(String file, String directory) {
        return directory.isEmpty() || file.startsWith(directory + "/");
    }

    private static FileStatus file(Path path, long length) {
        return new FileStatus(length, false, 1, 1, 0, path);
    }

    private static FileStatus directory(Path path) {
        return new FileStatus(0, true, 1, 1, 0, path);
    }

    private static final class Content extends ByteArrayInputStream implements Seekable, PositionedReadable {
        Content(byte[] content) {
            super(content);
        }

        @Override
        public synchronized void seek(long position) throws IOException {
            if (position < 0 || position > count) {
                throw new EOFException("Position " + position + " of " + count);
            }
            pos = Math.toIntExact(position);
        }

        @Override
        public synchronized long getPos() {
            return pos;
        }

        @Override
        public boolean seekToNewSource(long position) {
            return false;
        }

        @Override
        public int read(long position, byte[] buffer, int offset, int length) {
            int available = Math.min(length, count - Math.toIntExact(position));
            if (available <= 0) {
                return -1;
            }
            System.arraycopy(buf, Math.toIntExact(position), buffer, offset, available);
            return available;
        }

        @Override
        public void readFully(long position, byte[] buffer, int offset, int length) throws IOException {
            if (read(position, buffer, offset, length) < length) {
                throw new EOFException("Position " + position + " of " + count);
            }
        }

        @Override
        public void readFully(long position, byte[] buffer) throws IOException {
            readFully(position, buffer, 0, buffer.length);
        }
    }
}
