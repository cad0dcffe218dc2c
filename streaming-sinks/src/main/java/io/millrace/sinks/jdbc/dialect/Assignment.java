package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How a value becomes one of a column when a plain INSERT assigns it: first one of the type below all domains, then, as
 * the type's modifier says, rounded, padded or refused.
 *
 * @param base the type below all domains, without its modifier, as SQL writes it
 * @param full the same with its modifier
 * @param modifier as the catalog has it; negative if there is none
 * @param function applies the modifier; null if only a cast does
 * @param tellsCast whether that function has a parameter for whether a cast calls it, and not an assignment
 */
public record Assignment(
        String base, String full, int modifier, @Nullable String function, boolean tellsCast) implements Serializable {
    public boolean isModified() {
        return modifier >= 0;
    }

    /** What the column holds if it is given a value of the base type. */
    public String applied(String value) {
        if (!isModified()) {
            return value;
        }
        return function == null
                ? "CAST(" + value + " AS " + full + ")"
                : function + "(" + value + ", " + modifier + (tellsCast ? ", false)" : ")");
    }
}
