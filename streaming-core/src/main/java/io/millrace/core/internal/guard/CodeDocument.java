package io.millrace.core.internal.guard;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the code of a query says, as far as a checkpoint depends on it. Holds no secrets and no values of rows.
 *
 * @param facts in an order of their own; no two have the same place
 */
record CodeDocument(List<Fact> facts) {
    private static final String ANALYSIS = "analysis";

    CodeDocument {
        facts = List.copyOf(facts);
    }

    /** The document of the code that {@code query} has, made by this version of Spark. */
    static CodeDocument of(GuardedQuery query, PlanFacts plan, String analysis) {
        List<Fact> facts = new ArrayList<>();
        facts.add(Fact.of(ANALYSIS, analysis));
        facts.add(Fact.of("trigger", query.trigger()));
        facts.add(Fact.of("output mode", query.outputMode()));
        if (!plan.zones().isEmpty()) {
            facts.add(Fact.of("time zone", String.join(", ", plan.zones())));
        }
        facts.addAll(numbered("source", plan.sources().stream().map(SourceFacts::words)));
        facts.addAll(numbered("watermark", plan.watermarks().stream()));
        int number = 0;
        for (StatefulStep step : plan.steps()) {
            number++;
            facts.add(Fact.of("step " + number, step.kind()));
            facts.add(Fact.of("keys of step " + number, step.keys()));
            facts.add(Fact.of("values of step " + number, step.values()));
            // What a condition compares with stays out of the checkpoint.
            facts.add(new Fact(
                    "input of step " + number, "", Meaning.digest(step.input().exact())));
            if (step.bound().isPresent()) {
                facts.add(Fact.of("bound of step " + number, step.bound().get()));
                facts.add(Fact.of("waiting rows of step " + number, step.waiting()));
            }
        }
        facts.addAll(numbered("sink", query.targets().stream()));
        return new CodeDocument(facts);
    }

    private static List<Fact> numbered(String place, Stream<String> words) {
        List<Fact> numbered = new ArrayList<>();
        words.forEach(text -> numbered.add(Fact.of(place + " " + (numbered.size() + 1), text)));
        return numbered;
    }

    /** The words at {@code place}; empty if it says nothing there. */
    String words(String place) {
        return fact(place).map(Fact::words).orElse("");
    }

    /** The words at {@code place 1}, {@code place 2} and so on. */
    List<String> all(String place) {
        List<String> words = new ArrayList<>();
        for (int i = 1; fact(place + " " + i).isPresent(); i++) {
            words.add(words(place + " " + i));
        }
        return words;
    }

    /**
     * Whether both say the same at {@code place}. Versions of Spark and its ANSI mode add casts of their own, so that
     * digests count among equals alone.
     */
    boolean agrees(CodeDocument other, String place) {
        if (!words(place).equals(other.words(place))) {
            return false;
        }
        return !words(ANALYSIS).equals(other.words(ANALYSIS))
                || fact(place).map(Fact::digest).equals(other.fact(place).map(Fact::digest));
    }

    private Optional<Fact> fact(String place) {
        return facts.stream().filter(fact -> fact.place().equals(place)).findFirst();
    }

    /** A line for each fact. */
    String text() {
        StringBuilder text = new StringBuilder();
        facts.forEach(fact -> text.append(fact.place())
                .append('\t')
                .append(fact.digest())
                .append('\t')
                .append(fact.words())
                .append('\n'));
        return text.toString();
    }

    static CodeDocument parsed(List<String> lines) {
        Map<String, Fact> facts = new LinkedHashMap<>();
        for (String line : lines) {
            String[] parts = line.split("\t", 3);
            if (parts.length == 3) {
                facts.put(parts[0], new Fact(parts[0], parts[2], parts[1]));
            }
        }
        return new CodeDocument(List.copyOf(facts.values()));
    }
}
