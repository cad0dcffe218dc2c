package io.millrace.core.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The name of a group of metrics, such as {@code millrace.sink.traffic--public-hits}. Prometheus knows letters, digits
 * and {@code _} alone, so each run of other characters is one dash: two dashes only stand between two parts. If two
 * texts of a driver differ in nothing else, both get a suffix that is made of the text itself.
 */
public record MetricName(String kind, List<Part> parts) {
    private static final Pattern OTHERS = Pattern.compile("[^A-Za-z0-9]+");

    /** The texts that have been used, by what is left of them. Guarded by itself. */
    private static final Map<Part, Set<String>> USED = new HashMap<>();

    /** A text, and what it is the name of: texts of different roles never stand in the same place. */
    private record Part(String role, String text) {
        Part plain() {
            return new Part(role, OTHERS.matcher(text).replaceAll("-").replaceAll("^-|-$", ""));
        }

        String key() {
            Part plain = plain();
            synchronized (USED) {
                Set<String> texts = USED.computeIfAbsent(plain, unused -> new HashSet<>());
                texts.add(text);
                return texts.size() > 1 || isCut() ? plain.text + "-" + hash() : plain.text;
            }
        }

        /** Whether letters or digits are gone, and not only what stands between them. */
        private boolean isCut() {
            return text.codePoints().anyMatch(character -> character > 127 && Character.isLetterOrDigit(character))
                    || plain().text.isEmpty();
        }

        private String hash() {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest, 0, 4);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e); // Every Java has it.
            }
        }
    }

    public static MetricName ofQuery(String query) {
        return new MetricName("query", List.of(new Part("query", query)));
    }

    /** A query of a supervisor. */
    public static MetricName ofSupervised(String query) {
        return new MetricName("supervisor", List.of(new Part("query", query)));
    }

    /** A table or another target that {@code query} writes to. */
    public static MetricName ofSink(String query, String sink) {
        return new MetricName("sink", List.of(new Part("query", query), new Part("sink", sink)));
    }

    /** A table in which {@code query} looks rows up. */
    public static MetricName ofLookup(String query, String table) {
        return new MetricName("lookup", List.of(new Part("query", query), new Part("lookup", table)));
    }

    /** A consumer group that shows what {@code query} has read. */
    public static MetricName ofGroup(String query, String group) {
        return new MetricName("group", List.of(new Part("query", query), new Part("group", group)));
    }

    /** A pool of connections of this JVM. */
    public static MetricName ofPool(String pool) {
        return new MetricName("pool", List.of(new Part("pool", pool)));
    }

    /** The name as it must be now: another text may have given it a suffix. */
    String text() {
        return parts.stream().map(Part::key).collect(Collectors.joining("--", "millrace." + kind + ".", ""));
    }
}
