package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How a plain INSERT assigns a value to a column: it converts the value to the type below all domains, and then rounds,
 * pads or refuses it by the type's modifier.
 *
 * @param base the type below all domains, without its modifier, as SQL writes it
 * @param full the same type with its modifier
 * @param modifier the modifier in the catalog; negative if there is none
 * @param function the function that applies the modifier; null if only a cast does
 * @param tellsCast whether that function has a parameter that distinguishes a cast from an assignment
 */
public record Assignment(
        String base, String full, int modifier, @Nullable String function, boolean tellsCast) implements Serializable {
    public boolean isModified() {
        return modifier >= 0;
    }

    /** Writes what the column holds after it is assigned a value of the base type. */
    public String applied(String value) {
        if (!isModified()) {
            return value;
        }
        return function == null
                ? "CAST(" + value + " AS " + full + ")"
                : function + "(" + value + ", " + modifier + (tellsCast ? ", false)" : ")");
    }
}
