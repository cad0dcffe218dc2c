package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.FileFormatOptions;
import io.millrace.core.internal.Finding;
import io.millrace.core.internal.LocalPaths;
import io.millrace.core.internal.OptionNames;
import io.millrace.core.internal.SparkInterval;
import io.millrace.core.internal.spark.SparkVersion;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.types.StructType;

/**
 * Files that appear in a directory, each read once, roughly the oldest first. They must appear complete, by a rename.
 * Columns: the schema, which all formats except text need. Immutable: every call returns a copy.
 *
 * <pre>{@code Sources.json("/data/hits").schema("zip STRING, hittime TIMESTAMP").maxFilesPerTrigger(100)}</pre>
 */
public final class FileSource extends CheckedSource {
    private final ReaderSpec reading;

    private FileSource(ReaderSpec reading) {
        this.reading = reading;
    }

    static FileSource in(String format, Path directory) {
        return in(format, LocalPaths.textWithoutPattern(format, directory));
    }

    static FileSource in(String format, String path) {
        notNull(format + "(path)", path);
        if (path.isBlank()) {
            throw new IllegalArgumentException(format + "(\"\"): name a directory, or a pattern such as /data/*/hits.");
        }
        return new FileSource(ReaderSpec.of(format).with("path", path));
    }

    /** The columns of the files. */
    public FileSource schema(StructType schema) {
        notNull("schema(schema)", schema);
        return new FileSource(reading.withSchema(schema));
    }

    /** The columns of the files, such as {@code zip STRING, hittime TIMESTAMP}. */
    public FileSource schema(String ddl) {
        notNull("schema(ddl)", ddl);
        return schema(StructType.fromDDL(ddl));
    }

    /** The greatest number of new files in one micro-batch. Default no limit. */
    public FileSource maxFilesPerTrigger(int files) {
        if (files < 1) {
            throw new IllegalArgumentException("maxFilesPerTrigger(" + files + "): a micro-batch needs at least one.");
        }
        return with("maxFilesPerTrigger", files);
    }

    /**
     * The greatest size of the new files in one micro-batch, in bytes; one larger file is read alone. Default no limit.
     * Not together with {@link #maxFilesPerTrigger}.
     *
     * @throws UnsupportedOperationException on Spark 3.5, which has no such option
     */
    public FileSource maxBytesPerTrigger(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("maxBytesPerTrigger(" + bytes + "): a micro-batch needs at least one.");
        }
        SparkVersion.require4("maxBytesPerTrigger(" + bytes + ")", "this option", "Use maxFilesPerTrigger(...).");
        return with("maxBytesPerTrigger", bytes);
    }

    /**
     * Ignores files that are this much older than the newest one. Default seven days; without effect with latestFirst.
     */
    public FileSource maxFileAge(Duration age) {
        notNull("maxFileAge(age)", age);
        return with("maxFileAge", SparkInterval.positive("maxFileAge", age).toMillis() + "ms");
    }

    /** Reads the newest files first, for a large backlog. */
    public FileSource latestFirst() {
        return with("latestFirst", true);
    }

    /** Deletes files once a later micro-batch has been committed; best effort. */
    public FileSource deletingDoneFiles() {
        return new FileSource(reading.without("sourceArchiveDir"::equals).with("cleanSource", "delete"));
    }

    /** Moves files below {@code directory}, on the same file system, once a later micro-batch has been committed. */
    public FileSource archivingDoneFilesTo(String directory) {
        notNull("archivingDoneFilesTo(directory)", directory);
        return with("cleanSource", "archive").with("sourceArchiveDir", directory);
    }

    /** The same with a local directory, whatever the default file system is. */
    public FileSource archivingDoneFilesTo(Path directory) {
        return archivingDoneFilesTo(LocalPaths.text("archivingDoneFilesTo", directory));
    }

    /** An option of the format, such as {@code header} of CSV, or of Spark's file source. */
    public FileSource option(String key, String value) {
        notNull("option(key, value)", key, value);
        return with(key, value);
    }

    /** As {@link #option(String, String)}. */
    public FileSource option(String key, boolean value) {
        return option(key, Boolean.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FileSource option(String key, long value) {
        return option(key, Long.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FileSource option(String key, double value) {
        return option(key, Double.toString(value));
    }

    /** As {@link #option(String, String)}. */
    public FileSource option(String key, float value) {
        return option(key, Float.toString(value));
    }

    /** As {@link #option(String, String)}, such as a separator. */
    public FileSource option(String key, char value) {
        return option(key, Character.toString(value));
    }

    @Override
    ReaderSpec reading() {
        return reading;
    }

    /** Leaves done files where they are. */
    @Override
    Source rehearsed() {
        return new FileSource(reading.without(
                key -> key.equalsIgnoreCase("cleanSource") || key.equalsIgnoreCase("sourceArchiveDir")));
    }

    @Override
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        if (reading.schema().isEmpty() && !reading.format().equals("text")) {
            problems.add(new Problem(
                    "schema",
                    "nothing",
                    "Spark cannot infer the columns of files that do not exist yet",
                    "Call schema(...), or take it from spark.read()." + reading.format() + "(path).schema()."));
        }
        Set<String> options = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        options.addAll(reading.options().keySet());
        if (options.containsAll(List.of("maxFilesPerTrigger", "maxBytesPerTrigger"))) {
            problems.add(new Problem(
                    "maxBytesPerTrigger",
                    "and maxFilesPerTrigger",
                    "Spark takes one of the two",
                    "Leave one of them out."));
        }
        problems.addAll(Finding.all(
                OptionNames.unknown(
                        "the " + reading.format() + " file source",
                        reading.options().keySet(),
                        FileFormatOptions.ofReader(reading.format())),
                Problem::new));
        return problems;
    }

    private FileSource with(String key, Object value) {
        return new FileSource(reading.with(key, value));
    }
}
