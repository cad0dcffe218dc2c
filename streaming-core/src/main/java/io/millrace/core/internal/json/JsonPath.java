package io.millrace.core.internal.json;

import io.millrace.core.internal.spark.SparkLine;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A path as {@code get_json_object} reads it, including white space; a path that never finds anything is refused. */
public record JsonPath(String text, List<Step> steps) implements Serializable {
    /** One step down: by the name of a member, by the index of an element, or into every element. */
    sealed interface Step extends Serializable permits Name, Index, EveryElement {}

    record Name(String name) implements Step {}

    record Index(long index) implements Step {}

    record EveryElement() implements Step {}

    /** Far more than any document needs; each step is a level of the stack. */
    private static final int MOST_STEPS = 200;

    // Spark's parser skips white space before a name, before digits and before [', and nowhere else.
    private static final Pattern STEP = Pattern.compile("\\.\\s*+(?<name>[^.\\[]+)"
            + "|\\s*+\\['\\s*+(?<quoted>[^'" + (SparkLine.QUESTION_MARK_IN_PATH ? "" : "?") + "]+)']"
            + "|\\[(?:\\s*+(?<index>\\d+)|(?<every>\\*))]");
    private static final Pattern ANY_MEMBER = Pattern.compile("\\s*+(?:\\.\\*|\\['\\*'])");
    private static final Pattern END = Pattern.compile("\\s*");

    /** Parses {@code path}; {@code call} is the start of the call for messages, such as {@code string(zip}. */
    public static JsonPath parse(String call, String path) {
        if (!path.startsWith("$")) {
            throw refused(call, path, "a path starts with $. Write $." + path + " for a field");
        }
        List<Step> steps = new ArrayList<>();
        int position = 1;
        Matcher step = STEP.matcher(path);
        while (!matches(END, path, position)) {
            if (startsWith(ANY_MEMBER, path, position)) {
                throw refused(
                        call,
                        path,
                        "Spark never finds anything by a * in place of a name. Name the field,"
                                + " or use [*] for the elements of an array");
            }
            if (!step.region(position, path.length()).lookingAt()) {
                throw refused(
                        call,
                        path,
                        "Spark cannot read it from character " + (position + 1)
                                + " on, and would give NULL for every row. Use .name, ['name'], [0] and [*]");
            }
            steps.add(step(call, path, step));
            position = step.end();
            if (steps.size() > MOST_STEPS) {
                throw refused(
                        call,
                        path,
                        "a path has " + MOST_STEPS + " steps at most. Take out a part of the document first");
            }
        }
        return new JsonPath(path, List.copyOf(steps));
    }

    /** The path of the array, if this one names its elements by a {@code [*]} at the end, and by no other. */
    public Optional<JsonPath> ofElements() {
        int last = steps.size() - 1;
        if (last < 0 || steps.indexOf(new EveryElement()) != last) {
            return Optional.empty();
        }
        return Optional.of(new JsonPath(text.substring(0, text.lastIndexOf('[')), List.copyOf(steps.subList(0, last))));
    }

    /** Whether there is a {@code [*]}, so that any number of values is found. */
    boolean findsArray() {
        return steps.stream().anyMatch(EveryElement.class::isInstance);
    }

    private static Step step(String call, String path, Matcher matched) {
        if (matched.group("every") != null) {
            return new EveryElement();
        }
        String digits = matched.group("index");
        if (digits == null) {
            return new Name(matched.group("name") != null ? matched.group("name") : matched.group("quoted"));
        }
        try {
            return new Index(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            throw refused(call, path, "no array has an element " + digits + ". Use a smaller index");
        }
    }

    private static boolean matches(Pattern pattern, String path, int position) {
        return pattern.matcher(path).region(position, path.length()).matches();
    }

    private static boolean startsWith(Pattern pattern, String path, int position) {
        return pattern.matcher(path).region(position, path.length()).lookingAt();
    }

    private static IllegalArgumentException refused(String call, String path, String reason) {
        return new IllegalArgumentException(call + ", " + path + "): " + reason + ".");
    }
}
