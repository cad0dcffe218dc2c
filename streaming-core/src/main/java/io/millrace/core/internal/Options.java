package io.millrace.core.internal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

    private static final Pattern SECRET_NAME =
            Pattern.compile("(?i)secret|passw|pwd|passphrase|credential|token|signature|jaas"
                    + "|(?:access|account|api|auth|encryption|master|private|shared).?key");

    private static final Pattern WORD = Pattern.compile("[A-Z]+(?![a-z])|[A-Z]?[a-z]+");
    private static final Pattern SECRET_WORD = Pattern.compile("auth|authorization|keys?|sas|sig|.*pass");

    /** Words after which {@code key} is a column, a part of a record, or public. */
    private static final Pattern BEFORE_HARMLESS_KEY = Pattern.compile(
            "foreign|group|hash|ignore|join|merge|message" + "|partition|primary|public|record|row|sort|store|unique");

    /** Words before which neither {@code key} nor {@code auth} is a secret. */
    private static final Pattern AFTER_HARMLESS_WORD = Pattern.compile("class|columns?|converter|deserializer|enabled"
            + "|fields?|format|from|mechanism|method|prefix|schema|serializer|tab|type");

    /** A user and a password in a URL. A container of Azure's file systems stands in the same place. */
    private static final Pattern USER_INFO = Pattern.compile(
            "(?<=(?<!abfs:|abfss:|wasb:|wasbs:)//)\\S*@|(?<=//)[^\\s/@]*:\\S*@|(?<=:thin:)[^\\s@]\\S*@");

    private static final Pattern PARAMETER =
            Pattern.compile("\\b([^=&;?,/\\s(){}\\[\\]\"']++)=(\"[^\"]*\"|'[^']*'|[^&;\\s]+)");

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
        if (SECRET_NAME.matcher(key).find()) {
            return true;
        }
        List<String> words = WORD.matcher(key)
                .results()
                .map(word -> word.group().toLowerCase(Locale.ROOT))
                .toList();
        return IntStream.range(0, words.size()).anyMatch(index -> isSecret(words, index));
    }

    private static boolean isSecret(List<String> words, int index) {
        String word = words.get(index);
        String before = index == 0 ? "" : words.get(index - 1);
        String after = index == words.size() - 1 ? "" : words.get(index + 1);
        boolean harmlessKey =
                word.startsWith("key") && BEFORE_HARMLESS_KEY.matcher(before).matches();
        return SECRET_WORD.matcher(word).matches()
                && !harmlessKey
                && !AFTER_HARMLESS_WORD.matcher(after).matches();
    }

    /** {@code text} in one line, with {@code ***} for credentials in a URL and for parameters that are secrets. */
    public static String shown(String text) {
        return oneLine(withoutSecrets(withoutUser(text)));
    }

    /** {@code text} with {@code ***} for the user and the password of a URL. */
    public static String withoutUser(String text) {
        return USER_INFO.matcher(text).replaceAll("***@");
    }

    /** The name of a parameter of a URL without percent signs. */
    public static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return name;
        }
    }

    private static String shown(String key, String value) {
        return isSecret(key) || value.contains(PLACEHOLDER) ? "***" : shown(value);
    }

    private static String withoutSecrets(String text) {
        return PARAMETER.matcher(text).replaceAll(parameter -> {
            String name = parameter.group(1);
            String value = isSecret(decoded(name)) ? "***" : withoutSecrets(parameter.group(2));
            return Matcher.quoteReplacement(name + "=" + value);
        });
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
