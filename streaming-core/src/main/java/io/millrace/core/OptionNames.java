package io.millrace.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Spark ignores an option that it does not know: here a slip of the pen is found by the name that it comes near to. For
 * sources and sinks, whose checks report what these calls give; case never counts.
 *
 * <pre>{@code problems.addAll(OptionNames.unknown("csv", options.keySet(), List.of("header", "sep")));}</pre>
 */
public final class OptionNames {
    private OptionNames() {}

    /** Every key that is not among all the names that {@code format} knows. */
    public static List<Problem> unknown(String format, Collection<String> keys, Collection<String> known) {
        List<Problem> problems = new ArrayList<>();
        for (String key : keys) {
            if (!contains(known, key)) {
                problems.add(problem(
                        format,
                        key,
                        nearest(key, known)
                                .map(OptionNames::didYouMean)
                                .orElse("Its options are " + String.join(", ", known) + ".")));
            }
        }
        return problems;
    }

    /** Every key that is unknown and comes near to a name; others may be meant for a part that only the user knows. */
    public static List<Problem> misspelt(String format, Collection<String> keys, Collection<String> known) {
        List<Problem> problems = new ArrayList<>();
        for (String key : keys) {
            if (!contains(known, key)) {
                nearest(key, known).ifPresent(name -> problems.add(problem(format, key, didYouMean(name))));
            }
        }
        return problems;
    }

    static Optional<String> nearest(String key, Collection<String> known) {
        int within = Math.max(1, Math.min(3, key.length() / 4));
        return known.stream()
                .filter(name -> distance(key, name) <= within)
                .min(Comparator.comparingInt(name -> distance(key, name)));
    }

    private static Problem problem(String format, String key, String wayOut) {
        return new Problem("option", key, format + " has no option of this name and would ignore it", wayOut);
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
