package io.millrace.core.internal;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Paths of Java as Hadoop takes them: local ones, whatever the default file system of the cluster is. */
public final class LocalPaths {
    private static final Pattern PATTERN = Pattern.compile("[{}\\[\\]*?\\\\]");

    private LocalPaths() {}

    /** The text of a path to write to. Hadoop takes it as it is, so that nothing in it is encoded. */
    public static String text(String call, Path path) {
        Arguments.notNull(call + "(path)", path);
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            throw new IllegalArgumentException(call + "(" + path + "): this path is in a "
                    + path.getFileSystem().provider().getScheme()
                    + " file system, and Spark only knows those of Hadoop."
                    + " Name it by a text such as s3a://bucket/hits.");
        }
        if (path.toString().isBlank()) {
            throw new IllegalArgumentException(call + "(\"\"): the path is blank. Name a directory.");
        }
        return "file://" + path.toAbsolutePath().normalize();
    }

    /** The text of a path to read from, where Spark takes some characters as a pattern. */
    public static String textWithoutPattern(String call, Path path) {
        String text = text(call, path);
        if (PATTERN.matcher(text).find()) {
            throw new IllegalArgumentException(call + "(" + path + "): Spark reads {}[]*? and \\ as a pattern of names."
                    + " Rename the directory, or name a pattern by a text.");
        }
        return text;
    }
}
