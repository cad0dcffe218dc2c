package io.millrace.core.internal.spark;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;

/** A process that writes files of a checkpoint until it has written them all, or is killed. */
public final class CheckpointWriter {
    /** Lines of a file; each has its number in the file, so that a file can be seen to be whole. */
    static final int LINES = 4_000;

    private CheckpointWriter() {}

    /**
     * Writes files named 0, 1, .. into a directory, and {@code latest} again after each; prints those it has won. Told
     * to write no files, it writes half of one, prints that, and waits to be killed.
     */
    public static void main(String[] arguments) throws Exception {
        Path root = new Path("file:" + arguments[0]);
        int files = Integer.parseInt(arguments[1]);
        LocalCheckpointManager manager = new LocalCheckpointManager(root, new Configuration());
        System.out.println("ready");
        System.in.read();
        for (int number = 0; number < files; number++) {
            if (write(manager, new Path(root, Integer.toString(number)), arguments[2], false)) {
                System.out.println(number);
            }
            write(manager, new Path(root, "latest"), arguments[2], true);
        }
        if (files == 0) {
            write(manager.createAtomic(new Path(root, "half"), false), arguments[2], LINES / 2);
            System.out.println("half");
            Thread.currentThread().join();
        }
    }

    /** Writes a file of {@code writer}; false if another process has written it. */
    static boolean write(LocalCheckpointManager manager, Path file, String writer, boolean overwrite)
            throws IOException {
        var out = manager.createAtomic(file, overwrite);
        write(out, writer, LINES);
        try {
            out.close();
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }

    private static void write(OutputStream out, String writer, int lines) throws IOException {
        for (int line = 0; line < lines; line++) {
            out.write((writer + " " + line + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }
}
