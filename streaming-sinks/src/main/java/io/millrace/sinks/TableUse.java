package io.millrace.sinks;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a sink does with a table.
 *
 * @param conflicts whether an INSERT may meet a known key
 * @param updates whether known keys change
 * @param deletes whether keys are deleted
 * @param copies whether rows are copied straight into the table
 * @param lasts whether the table must keep what was committed, since nobody would send it again
 * @param given the columns whose values the stream gives; null where it is not known
 */
record TableUse(
        boolean conflicts,
        boolean updates,
        boolean deletes,
        boolean copies,
        boolean lasts,
        @Nullable Set<String> given) {
    /** Of a table of the sink's own. */
    static TableUse own(Set<String> given) {
        return new TableUse(true, true, false, false, true, given);
    }
}
