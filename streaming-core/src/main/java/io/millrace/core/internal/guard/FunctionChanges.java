package io.millrace.core.internal.guard;

import io.millrace.core.internal.Finding;
import io.millrace.core.internal.Options;
import io.millrace.core.internal.guard.CodeChange.Effect;
import io.millrace.core.internal.spark.FunctionState;
import io.millrace.core.internal.spark.FunctionState.Variable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * Functions with variables of state that have other ones, or other times. Spark keeps names and types of variables with
 * the state itself, so that these are compared without a record of the code.
 */
final class FunctionChanges {
    private static final String STEP = "transformWithState";
    private static final String NEW_CHECKPOINT = "Put it back, or start with a new checkpoint.";

    private final String location;
    private final List<CodeChange> changes = new ArrayList<>();

    private FunctionChanges(String location) {
        this.location = Options.shown(location);
    }

    /** What changes for the functions of a plan on those that were {@code saved}, in the same order. */
    static List<CodeChange> of(String location, List<FunctionState> functions, List<FunctionState> saved) {
        FunctionChanges all = new FunctionChanges(location);
        // Another number of steps is refused without looking at them.
        for (int i = 0; functions.size() == saved.size() && i < functions.size(); i++) {
            all.compare(saved.get(i), functions.get(i));
        }
        return all.changes;
    }

    private void compare(FunctionState old, FunctionState now) {
        refuseOther("time mode", old.timeMode(), now.timeMode());
        refuseOther("output mode", old.outputMode(), now.outputMode());
        refuseOther("grouping", types(old.keys()), types(now.keys()));
        Map<String, Variable> left = byName(old.variables());
        for (Variable variable : now.variables()) {
            Variable same = left.remove(variable.name());
            if (same == null) {
                isNew(variable);
            } else {
                compare(same, variable);
            }
        }
        left.values().forEach(this::isGone);
    }

    private void refuseOther(String what, String old, String now) {
        if (!old.equals(now)) {
            add(Effect.FAILS, what + " " + now, "was made with " + old, NEW_CHECKPOINT);
        }
    }

    private void compare(Variable old, Variable now) {
        if (!old.kind().equals(now.kind())
                || old.expires() != now.expires()
                || !types(old.keys()).equals(types(now.keys()))
                || !types(old.values()).equals(types(now.values()))) {
            add(Effect.FAILS, words(now), "has " + words(old), NEW_CHECKPOINT);
        } else if (!names(old).equals(names(now))) {
            add(
                    Effect.MIXES_STATE,
                    words(now),
                    "has " + words(old) + ", and Spark finds fields by their order",
                    "Put it back, or start with a new checkpoint; allowOldState() goes on with the old state.");
        }
    }

    private void isNew(Variable variable) {
        add(
                Effect.DIFFERS,
                words(variable),
                "has no such variable: it is empty for all that came before",
                "Start with a new checkpoint if results need it from the first row on.");
    }

    private void isGone(Variable variable) {
        add(
                Effect.WORKS,
                "without " + variable.name(),
                "has " + words(variable) + ", which stays in the state",
                "Give a later variable another name, or it starts with these values.");
    }

    private void add(Effect effect, String value, String reason, String wayOut) {
        changes.add(new CodeChange(
                effect,
                new Finding("via", STEP + ": " + value, "the checkpoint at " + location + " " + reason, wayOut)));
    }

    private static Map<String, Variable> byName(List<Variable> variables) {
        Map<String, Variable> byName = new LinkedHashMap<>();
        variables.forEach(variable -> byName.put(variable.name(), variable));
        return byName;
    }

    /** Its name, and what it holds. */
    private static String words(Variable variable) {
        String kind = variable.kind().replace("State", "").toLowerCase(Locale.ROOT);
        // Spark keeps the time at which a value expires beside it.
        DataType values = variable.expires() ? variable.values().fields()[0].dataType() : variable.values();
        return variable.name() + ", a " + kind + " of " + values.sql() + (variable.expires() ? " that expires" : "");
    }

    private static String types(StructType type) {
        return SavedState.nameless(type);
    }

    private static String names(Variable variable) {
        return variable.keys().sql() + variable.values().sql();
    }
}
