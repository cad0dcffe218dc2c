package io.millrace.core.internal;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What Spark 3.5 requires of its own formats, and their options. Names are in lower case. */
public final class SparkFormats {
    private static final Set<String> FILES = Set.of("parquet", "orc", "json", "csv", "text", "avro");
    private static final Set<String> OWN_CHECKPOINT = Set.of("console", "noop", "memory", "foreach", "foreachbatch");
    private static final Set<String> OPTIONS = Set.of(
            "checkpointLocation",
            "path",
            "asyncProgressTrackingEnabled",
            "asyncProgressTrackingCheckpointIntervalMs",
            "asyncProgressTrackingOverrideSinkSupportCheck",
            "numRows",
            "truncate",
            "topic",
            "includeHeaders",
            "compression",
            "retention",
            "maxRecordsPerFile",
            "kafka.bootstrap.servers");

    private static final int LONG_NAME = 10;

    private SparkFormats() {}

    /** Whether the format is one of files, which Spark only adds to a directory. */
    public static boolean isFiles(String format) {
        return FILES.contains(format);
    }

    /** Whether the format is written by micro-batches alone. */
    public static boolean isMicroBatchOnly(String format) {
        return isFiles(format) || format.equals("foreachbatch");
    }

    /** Whether Spark runs a query into the format without a checkpoint location. */
    public static boolean runsWithoutCheckpoint(String format) {
        return OWN_CHECKPOINT.contains(format);
    }

    /** The options of a query into {@code format}, for finding misspelt ones. */
    public static Set<String> options(String format) {
        Set<String> known = new TreeSet<>(OPTIONS);
        if (!isFiles(format) && !runsWithoutCheckpoint(format) && !format.equals("kafka")) {
            // A short name of another format's own may well be close to one of Spark's.
            known.removeIf(name -> name.length() < LONG_NAME);
        }
        if (isFiles(format)) {
            known.addAll(FileFormatOptions.ofWriter(format));
        }
        return known;
    }

    /** Refuses {@code retention}, by which Spark's readers lose the rows of files that stay in the directory. */
    public static Optional<Finding> retention(String key, String age) {
        return key.toLowerCase(Locale.ROOT).equals("retention")
                ? Optional.of(new Finding(
                        "option",
                        key,
                        "Spark's readers would no longer see the rows of files that are older than " + age
                                + ", since Spark removes these files from the list in _spark_metadata and leaves"
                                + " them in the directory",
                        "Leave it out; to keep the list short, start a new directory from time to time."))
                : Optional.empty();
    }
}
