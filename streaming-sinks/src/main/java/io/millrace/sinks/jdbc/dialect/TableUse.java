package io.millrace.sinks.jdbc.dialect;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a sink uses a table.
 *
 * @param given the columns whose values the stream gives; null if that is not known
 */
public record TableUse(Set<Action> actions, @Nullable Set<String> given) {
    /** What happens to a table. */
    public enum Action {
        /** An INSERT may meet a known key. */
        CONFLICT,
        /** Known keys change. */
        UPDATE,
        /** Keys are deleted. */
        DELETE,
        /** Rows are copied straight into the table. */
        COPY,
        /** The table must keep what was committed, since nobody would send it again. */
        LAST
    }

    /** The use of a table of the sink's own. */
    public static TableUse own(Set<String> given) {
        return new TableUse(Set.of(Action.CONFLICT, Action.UPDATE, Action.LAST), given);
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

    public boolean lasts() {
        return actions.contains(Action.LAST);
    }
}
