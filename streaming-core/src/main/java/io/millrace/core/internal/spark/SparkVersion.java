package io.millrace.core.internal.spark;

import java.util.List;
import java.util.Optional;
import org.apache.spark.package$;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The version of Spark that runs, and whether this jar is made for it. */
public final class SparkVersion {
    private static final Logger LOG = LoggerFactory.getLogger(SparkVersion.class);

    static {
        refusal(running(), SupportedSpark.MINORS).ifPresent(sentence -> {
            throw new LinkageError(sentence);
        });
        if (!SupportedSpark.MINORS.contains(minor(running()))) {
            LOG.warn(
                    "Millrace for Spark {} is running on Spark {}, which it has not been tested with.",
                    String.join("/", SupportedSpark.MINORS),
                    running());
        }
    }

    private SparkVersion() {}

    /**
     * Throws a {@link LinkageError} of one sentence on the first call, if this jar is not made for the Spark that runs.
     * The static initializers of the types where jobs begin call it, before any other call of Spark could fail.
     */
    public static void check() {
        // By the initializer of this class.
    }

    /** Refuses {@code call} on Spark 3.5, which does not have {@code what}, and says the way out. */
    public static void require4(String call, String what, String wayOut) {
        if (minor().equals("3.5")) {
            throw needs4(call, what, wayOut);
        }
    }

    /** Why {@code call} is refused: this Spark does not have {@code what}. */
    public static UnsupportedOperationException needs4(String call, String what, String wayOut) {
        return new UnsupportedOperationException(
                call + ": " + what + " needs Spark 4.1 or later, and this is Spark " + running() + ". " + wayOut);
    }

    /** The minor version of the Spark that runs, such as {@code 3.5}. */
    public static String minor() {
        return minor(running());
    }

    private static String running() {
        return package$.MODULE$.SPARK_VERSION();
    }

    private static String minor(String version) {
        int end = version.indexOf('.', version.indexOf('.') + 1);
        return end < 0 ? version : version.substring(0, end);
    }

    /** Why an artifact for {@code minors} does not run on Spark {@code version}; later minor versions may work. */
    static Optional<String> refusal(String version, List<String> minors) {
        String minor = minor(version);
        boolean later = minor.charAt(0) == minors.get(0).charAt(0) && number(minor) > number(minors.get(0));
        if (minors.contains(minor) || later) {
            return Optional.empty();
        }
        String wayOut = switch (minor) {
            case "3.5" -> "use streaming-core-spark3.5_2.12";
            case "4.1", "4.2" -> "use streaming-core-spark4_2.13";
            default -> "Millrace runs on Spark 3.5, 4.1 and 4.2";
        };
        return Optional.of(
                "Millrace for Spark " + String.join("/", minors) + " is running on Spark " + version + ": " + wayOut);
    }

    private static int number(String minor) {
        return Integer.parseInt(minor.substring(minor.indexOf('.') + 1));
    }
}
