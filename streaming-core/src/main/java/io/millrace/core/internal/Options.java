package io.millrace.core.internal;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Options of Spark's readers and writers. Names that differ in case alone are the same to Spark: the last one counts,
 * and shows as it was written. Immutable: every call returns a copy.
 */
public final class Options {
    /** No options. */
    public static final Options NONE = new Options(new TreeMap<>(String.CASE_INSENSITIVE_ORDER));

    /** How a value begins that a client of Kafka looks up. */
    public static final String PLACEHOLDER = "${millrace:";

    private static final String SECRET_NAME =
            "secret|passw|pwd|passphrase|credential|token|access.?key|api.?key|private.?key|jaas";
    private static final Pattern SECRET_KEY = Pattern.compile("(?i).*(" + SECRET_NAME + ").*");
    /** A user and a password in a URL. A container of Azure's file systems stands in the same place. */
    private static final Pattern USER_INFO = Pattern.compile("(?<!abfs:|abfss:|wasb:|wasbs:)//[^/@\\s]+@");

    private static final Pattern PARAMETER =
            Pattern.compile("(?i)([?&;](?:[^=&;\\s]*(?:" + SECRET_NAME + ")[^=&;\\s]*|sig)=)[^&;\\s]+");

    private final NavigableMap<String, String> all;

    private Options(NavigableMap<String, String> all) {
        this.all = Collections.unmodifiableNavigableMap(all);
    }

    public Options with(String key, Object value) {
        return with(Map.of(key, value.toString()));
    }

    public Options with(Map<String, String> more) {
        NavigableMap<String, String> both = new TreeMap<>(all);
        more.keySet().forEach(both::remove);
        both.putAll(more);
        return new Options(both);
    }

    public Options without(Predicate<String> keys) {
        NavigableMap<String, String> rest = new TreeMap<>(all);
        rest.keySet().removeIf(keys);
        return new Options(rest);
    }

    /** The options in the order of their names, whose case does not count. */
    public NavigableMap<String, String> asMap() {
        return all;
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Options options && folded().equals(options.folded());
    }

    @Override
    public int hashCode() {
        return folded().hashCode();
    }

    /** {@code key=value, key=value} in one line, with {@code ***} for secrets. */
    @Override
    public String toString() {
        return all.entrySet().stream()
                .map(option -> option.getKey() + "=" + shown(option.getKey(), option.getValue()))
                .collect(Collectors.joining(", "));
    }

    /** Whether an option of this name should hold a secret. */
    public static boolean isSecret(String key) {
        return SECRET_KEY.matcher(key).matches();
    }

    /** {@code text} in one line, with {@code ***} for credentials in a URL. */
    public static String shown(String text) {
        String withoutUser = USER_INFO.matcher(text).replaceAll("//***@");
        return oneLine(PARAMETER.matcher(withoutUser).replaceAll("$1***"));
    }

    private static String shown(String key, String value) {
        return isSecret(key) || value.contains(PLACEHOLDER) ? "***" : shown(value);
    }

    private static String oneLine(String text) {
        return text.replace("\r", "\\r")
                .replace("\n", "\\n")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    private Map<String, String> folded() {
        Map<String, String> folded = new TreeMap<>();
        all.forEach((key, value) -> folded.put(key.toLowerCase(Locale.ROOT), value));
        return folded;
    }
}
