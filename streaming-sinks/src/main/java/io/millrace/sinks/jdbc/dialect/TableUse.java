package io.millrace.sinks.jdbc.dialect;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a sink uses a table.
 *
 * @param given the columns that the stream sets; null if they are not known
 */
public record TableUse(Set<Action> actions, @Nullable Set<String> given) {
    /** A kind of change to a table. */
    public enum Action {
        /** An INSERT may conflict with a known key. */
        CONFLICT,
        /** Known keys are updated. */
        UPDATE,
        /** Keys are deleted. */
        DELETE,
        /** Rows are copied directly into the table. */
        COPY,
        /** The table must keep committed rows, since they are not sent again. */
        KEEP
    }

    /** How a sink uses a table of its own. */
    public static TableUse own(Set<String> given) {
        return new TableUse(Set.of(Action.CONFLICT, Action.UPDATE, Action.KEEP), given);
    }

    public boolean conflicts() {
        return actions.contains(Action.CONFLICT);
    }

    public boolean updates() {
        return actions.contains(Action.UPDATE);
    }

    public boolean deletes() {
        return actions.contains(Action.DELETE);
    }

    public boolean copies() {
        return actions.contains(Action.COPY);
    }

    public boolean keeps() {
        return actions.contains(Action.KEEP);
    }
}
