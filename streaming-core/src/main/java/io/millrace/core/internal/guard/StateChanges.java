package io.millrace.core.internal.guard;

import io.millrace.core.internal.Finding;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.guard.CodeChange.Effect;
import io.millrace.core.internal.spark.SparkLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Steps with state that were added, removed or moved, and those that would go on with state of other code. */
final class StateChanges {
    private static final String NEW_CHECKPOINT = "Put it back, or start with a new checkpoint.";

    private final String location;
    private final Optional<CodeDocument> before;
    private final CodeDocument now;

    StateChanges(String location, Optional<CodeDocument> before, CodeDocument now) {
        this.location = Options.shown(location);
        this.before = before;
        this.now = now;
    }

    /** What changes on the state that was {@code saved}; {@code optimized} are the steps as Spark runs them. */
    List<CodeChange> of(Optional<List<StatefulStep>> optimized, SavedState saved) {
        List<String> old = before.map(code -> code.all("step")).orElse(List.of());
        List<String> all = now.all("step");
        if (before.isPresent() && !old.equals(all)) {
            return List.of(otherSteps(old, all));
        }
        List<CodeChange> changes = new ArrayList<>();
        before.ifPresent(code -> {
            for (int i = 1; i <= all.size(); i++) {
                changes.addAll(changes(code, i));
            }
        });
        List<CodeChange> ofTypes = optimized.map(steps -> ofTypes(steps, saved)).orElse(List.of());
        // What Spark itself refuses is not for the user to accept.
        return ofTypes.isEmpty() ? changes : ofTypes;
    }

    private CodeChange otherSteps(List<String> old, List<String> all) {
        String steps =
                "the checkpoint at " + location + " has the state of " + list(old) + ", and this code has " + list(all);
        if (all.isEmpty() && !SparkLine.REFUSES_TO_DROP_STATE) {
            return new CodeChange(
                    Effect.WORKS,
                    new Finding(
                            "via",
                            "",
                            steps + ": the state is not kept up, so that a step that is put back later would need a"
                                    + " new checkpoint",
                            NEW_CHECKPOINT));
        }
        return fails("", steps + ", while Spark finds the state of a step by its order");
    }

    private List<CodeChange> changes(CodeDocument old, int step) {
        String kind = now.words("step " + step);
        List<CodeChange> changes = new ArrayList<>();
        for (String part : List.of("keys", "values")) {
            String place = part + " of step " + step;
            if (!now.agrees(old, place)) {
                changes.add(mixed(kind, part, old.words(place), now.words(place)));
            }
        }
        if (changes.isEmpty() && !now.agrees(old, "input of step " + step)) {
            changes.add(new CodeChange(
                    Effect.DIFFERS,
                    new Finding(
                            "via",
                            kind
                                    + (now.words("keys of step " + step).isEmpty() ? "" : " by ")
                                    + now.words("keys of step " + step),
                            "the steps before it have changed, and the state in the checkpoint at " + location
                                    + " keeps what the old ones let through",
                            "Start with a new checkpoint if results must be those of the new steps alone.")));
        }
        if (changes.isEmpty() && !now.agrees(old, "bound of step " + step)) {
            changes.add(bound(old, step));
        }
        return changes;
    }

    private CodeChange bound(CodeDocument old, int step) {
        String place = "waiting rows of step " + step;
        boolean waitLonger = waitLonger(old.words(place), now.words(place));
        String reason = "the checkpoint at " + location + " was made with " + old.words("bound of step " + step)
                + (waitLonger
                        ? ": rows that it has let go do not come back"
                        : ": rows that wait are joined by the new condition");
        return new CodeChange(
                waitLonger ? Effect.DIFFERS : Effect.WORKS,
                new Finding(
                        "via",
                        now.words("step " + step) + " with " + now.words("bound of step " + step),
                        reason,
                        waitLonger
                                ? "Start with a new checkpoint if they are needed."
                                : "Nothing to do, if rows that were joined before need not be joined again."));
    }

    /** Whether rows of one side wait longer than before, by texts such as {@code -300000, all}. */
    private static boolean waitLonger(String old, String now) {
        String[] before = old.split(", ", -1);
        String[] after = now.split(", ", -1);
        return IntStream.range(0, Math.min(before.length, after.length))
                .anyMatch(side -> !before[side].equals("all")
                        && (after[side].equals("all") || Long.parseLong(after[side]) < Long.parseLong(before[side])));
    }

    private CodeChange mixed(String kind, String part, String old, String words) {
        String what = part.equals("keys") ? "is kept by" : "holds";
        return new CodeChange(
                Effect.MIXES_STATE,
                new Finding(
                        "via",
                        kind + (part.equals("keys") ? " by " : " of ") + words,
                        "its state in the checkpoint at " + location + " " + what + " "
                                + (old.equals(words) ? "the same with other types, casts or settings" : old)
                                + ": old and new results would be mixed",
                        "Put it back, or start with a new checkpoint; allowOldState() goes on with the old state."));
    }

    /** What Spark itself refuses: another number of steps, or other types. */
    private List<CodeChange> ofTypes(List<StatefulStep> steps, SavedState saved) {
        if (before.isEmpty() && steps.size() != saved.steps()) {
            return List.of(
                    steps.isEmpty()
                            ? otherSteps(List.of(count(saved.steps())), List.of())
                            : fails(
                                    "",
                                    "the checkpoint at " + location + " has the state of " + count(saved.steps())
                                            + ", and this code has " + list(now.all("step"))
                                            + ", while Spark finds the state of a step by its order"));
        }
        List<StateTypes> left = new ArrayList<>(saved.types());
        List<CodeChange> changes = new ArrayList<>();
        for (StatefulStep step : steps) {
            Optional<StateTypes> types = step.types();
            Optional<StateTypes> same =
                    types.flatMap(own -> left.stream().filter(own::fits).findFirst());
            same.ifPresent(left::remove);
            if (types.isPresent() && same.isEmpty() && saved.types().size() == steps.size()) {
                changes.add(fails(
                        step.kind() + " by " + step.keys().words(),
                        "its state in the checkpoint at " + location + " has keys or values of other types"));
            }
        }
        return changes;
    }

    private static String list(List<String> steps) {
        return steps.isEmpty() ? "no step with state" : String.join(", then ", steps);
    }

    private static String count(int steps) {
        return steps == 1 ? "one step" : steps + " steps";
    }

    private static CodeChange fails(String value, String reason) {
        return new CodeChange(Effect.FAILS, new Finding("via", value, reason, NEW_CHECKPOINT));
    }
}
