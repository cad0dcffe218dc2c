package io.millrace.sinks;

import io.millrace.core.Problem;
import io.millrace.core.internal.SparkFormats;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** The options of text files that keep values as they are, and those that do not. */
final class FileOptions {
    private static final String TIME = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS";

    private static final Set<String> CHARACTERS = Set.of("encoding", "charset");

    private FileOptions() {}

    /**
     * Defaults in place of Spark's, which keep milliseconds, whole minutes of an offset, and strings without their
     * blanks.
     */
    static Map<String, String> defaults(String format, SparkSession session) {
        boolean legacy = session.conf().get("spark.sql.legacy.timeParserPolicy").equalsIgnoreCase("legacy");
        // An old offset has seconds, such as +00:17:30, which Spark's legacy formatter cannot write.
        String zoned = TIME + (legacy ? "XXX" : "XXXXX");
        return switch (format) {
            case "json" -> Map.of("timestampFormat", zoned, "timestampNTZFormat", TIME);
            case "csv" ->
                Map.of(
                        "timestampFormat",
                        zoned,
                        "timestampNTZFormat",
                        TIME,
                        "ignoreLeadingWhiteSpace",
                        "false",
                        "ignoreTrailingWhiteSpace",
                        "false");
            default -> Map.of();
        };
    }

    /** Options that lose data without any reader noticing. */
    static List<Problem> problems(String format, Map<String, String> options) {
        return Stream.concat(lines(format, options), characters(options)).toList();
    }

    /** Spark drops what is older than {@code retention} from the list by which it reads a directory. */
    static Stream<Problem> retention(Map<String, String> options) {
        return options.entrySet().stream()
                .flatMap(option -> SparkFormats.retention(option.getKey(), option.getValue()).stream())
                .map(refused -> refused.as(Problem::new));
    }

    private static Stream<Problem> lines(String format, Map<String, String> options) {
        return format.equals("json") && Boolean.parseBoolean(options.getOrDefault("pretty", "false"))
                ? Stream.of(new Problem(
                        "option",
                        "pretty",
                        "readers take each line of such a document as a document of its own",
                        "Leave it out."))
                : Stream.empty();
    }

    private static Stream<Problem> characters(Map<String, String> options) {
        return options.entrySet().stream()
                .filter(option -> CHARACTERS.contains(option.getKey().toLowerCase(Locale.ROOT)))
                .filter(option -> !option.getValue().toUpperCase(Locale.ROOT).startsWith("UTF"))
                .map(option -> new Problem(
                        "option",
                        option.getKey(),
                        "a character that " + option.getValue() + " does not have would be written as a question mark",
                        "Use UTF-8, which is the default."));
    }
}
