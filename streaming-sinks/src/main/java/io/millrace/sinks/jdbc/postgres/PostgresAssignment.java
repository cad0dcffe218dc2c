package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.ColumnType;
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
record PostgresAssignment(
        String base, String full, int modifier, @Nullable String function, boolean tellsCast) implements Serializable {
    /** The assignment to a column of this type; null if its name says enough. */
    static @Nullable PostgresAssignment of(ColumnType type) {
        return (PostgresAssignment) type.assignment();
    }

    /** Whether the assignment to a column of this type applies a modifier. */
    static boolean isModified(ColumnType type) {
        PostgresAssignment assignment = of(type);
        return assignment != null && assignment.isModified();
    }

    boolean isModified() {
        return modifier >= 0;
    }

    /** Writes what the column holds after it is assigned a value of the base type. */
    String applied(String value) {
        if (!isModified()) {
            return value;
        }
        return function == null
                ? "CAST(" + value + " AS " + full + ")"
                : function + "(" + value + ", " + modifier + (tellsCast ? ", false)" : ")");
    }
}
