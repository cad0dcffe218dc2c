package io.millrace.core.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The options that Spark ignores because it does not know them. A misspelt one is found by the known name that it is
 * close to. Case does not count.
 */
public final class OptionNames {
    private OptionNames() {}

    /** Every key that is not among {@code known}, all the names that {@code format} knows. */
    public static List<Finding> unknown(String format, Collection<String> keys, Collection<String> known) {
        List<Finding> findings = new ArrayList<>();
        for (String key : keys) {
            if (!contains(known, key)) {
                findings.add(finding(
                        format,
                        key,
                        nearest(key, known)
                                .map(OptionNames::didYouMean)
                                .orElse("Its options are " + String.join(", ", known) + ".")));
            }
        }
        return findings;
    }

    /**
     * Every key that is unknown and close to a known name; other keys may be meant for a part that only the user knows.
     */
    public static List<Finding> misspelt(String format, Collection<String> keys, Collection<String> known) {
        List<Finding> findings = new ArrayList<>();
        for (String key : keys) {
            if (!contains(known, key)) {
                nearest(key, known).ifPresent(name -> findings.add(finding(format, key, didYouMean(name))));
            }
        }
        return findings;
    }

    static Optional<String> nearest(String key, Collection<String> known) {
        int within = Math.max(1, Math.min(3, key.length() / 4));
        return known.stream()
                .filter(name -> distance(key, name) <= within)
                .min(Comparator.comparingInt(name -> distance(key, name)));
    }

    private static Finding finding(String format, String key, String hint) {
        return new Finding("option", key, format + " has no option of this name and would ignore it", hint);
    }

    private static String didYouMean(String name) {
        return "Did you mean " + name + "?";
    }

    private static boolean contains(Collection<String> known, String key) {
        return known.stream().anyMatch(key::equalsIgnoreCase);
    }

    private static int distance(String left, String right) {
        return LevenshteinDistance.getDefaultInstance()
                .apply(left.toLowerCase(Locale.ROOT), right.toLowerCase(Locale.ROOT));
    }
}
