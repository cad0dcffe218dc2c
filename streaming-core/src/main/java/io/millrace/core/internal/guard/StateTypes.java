package io.millrace.core.internal.guard;

import java.util.Optional;

/**
 * The types of the state of one step, by which Spark itself compares: texts of types in their order.
 *
 * @param keys those of its keys
 * @param values those of its values, if they are known
 */
record StateTypes(String keys, Optional<String> values) {
    /** Whether Spark takes {@code saved} for the state of this step; in its first format, values repeat the keys. */
    boolean fits(StateTypes saved) {
        return keys.equals(saved.keys)
                && (values.isEmpty()
                        || saved.values.isEmpty()
                        || values.equals(saved.values)
                        || values.map(text -> keys + "," + text).equals(saved.values));
    }
}
