package io.millrace.core.internal.spark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.Path;

/** A process that writes files of a checkpoint until it has written them all, or is killed. */
public final class CheckpointWriter {
    /** Lines of a file; each has its number in the file, so that a file can be seen to be whole. */
    static final int LINES = 4_000;

    private CheckpointWriter() {}

    /** Writes files named 0, 1, .. into a directory, and {@code latest} again after each; prints those it has won. */
    public static void main(String[] arguments) throws IOException {
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
    }

    /** Writes a file of {@code writer}; false if another process has written it. */
    static boolean write(LocalCheckpointManager manager, Path file, String writer, boolean overwrite)
            throws IOException {
        var out = manager.createAtomic(file, overwrite);
        for (int line = 0; line < LINES; line++) {
            out.write((writer + " " + line + "\n").getBytes(StandardCharsets.UTF_8));
        }
        try {
            out.close();
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        }
    }
}
