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
        if (refusal(running(), SupportedSpark.MINORS).isEmpty() && !SupportedSpark.MINORS.contains(minor(running()))) {
            LOG.warn(
                    "Millrace for Spark {} is running on Spark {}, which it has not been tested with.",
                    String.join("/", SupportedSpark.MINORS),
                    running());
        }
    }

    private SparkVersion() {}

    /**
     * Throws a {@link LinkageError} of one sentence, if this jar is not made for the Spark that runs. The types where
     * jobs begin call it before any other call of Spark could fail.
     */
    public static void check() {
        check(SupportedSpark.SUFFIX);
    }

    /** The same for the classes of another jar, which may be of the other line: its {@link SupportedSpark#SUFFIX}. */
    public static void check(String suffix) {
        refusal(running(), SupportedSpark.MINORS)
                .or(() -> mixture(suffix, SupportedSpark.SUFFIX))
                .ifPresent(sentence -> {
                    throw new LinkageError(sentence);
                });
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

    /** The version of the Spark that runs. */
    public static String running() {
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
            case "3.5" -> artifactsOf("spark3.5_2.12");
            case "4.1", "4.2" -> artifactsOf("spark4_2.13");
            default -> "Millrace runs on Spark 3.5, 4.1 and 4.2";
        };
        return Optional.of(
                "Millrace for Spark " + String.join("/", minors) + " is running on Spark " + version + ": " + wayOut);
    }

    /** Why an artifact of the line {@code suffix} does not run with the streaming-core of the line {@code core}. */
    static Optional<String> mixture(String suffix, String core) {
        return suffix.equals(core)
                ? Optional.empty()
                : Optional.of("An artifact of Millrace whose name ends with -" + suffix
                        + " is running with streaming-core-" + core + ": " + artifactsOf(core));
    }

    private static String artifactsOf(String suffix) {
        return "use the artifacts whose names end with -" + suffix + ", such as streaming-core-" + suffix;
    }

    private static int number(String minor) {
        return Integer.parseInt(minor.substring(minor.indexOf('.') + 1));
    }
}
