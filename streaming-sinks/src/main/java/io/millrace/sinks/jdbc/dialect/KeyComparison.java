package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * How a unique index of PostgreSQL compares one of its columns.
 *
 * @param less the operator that it sorts by, qualified
 * @param equal the operator that says which values are equal, qualified
 * @param collation qualified; null if the type has none
 * @param deterministic whether texts are equal only if their bytes are
 * @param nullsEqual whether NULL is a value like others
 */
public record KeyComparison(
        String less, String equal, @Nullable String collation, boolean deterministic, boolean nullsEqual)
        implements Serializable {
    private static final String PLAIN = "pg_catalog.=";

    /** Whether values are equal if the type's own operator says so, byte by byte for texts. */
    public boolean isPlain() {
        return deterministic && equal.equals(PLAIN);
    }

    /** Whether both find the same values equal, in whatever order they sort them. */
    public boolean agreesWith(KeyComparison other) {
        return equal.equals(other.equal)
                && deterministic == other.deterministic
                && nullsEqual == other.nullsEqual
                && (deterministic || String.valueOf(collation).equals(other.collation));
    }

    public String collated(String value) {
        return collation == null ? value : value + " COLLATE " + collation;
    }

    /** An element of ORDER BY. */
    public String ordered(String value) {
        return collated(value) + " USING OPERATOR(" + less + ")";
    }

    /** Whether a value of the table and another, neither of them NULL, are the same key. */
    public String matches(String held, String value) {
        return held + " OPERATOR(" + equal + ") " + collated(value);
    }

    /** The same if either may be NULL: the server then reads every row, as no index helps it. */
    public String matchesOrBothNull(String held, String value) {
        return nullsEqual
                ? "(" + matches(held, value) + " OR (" + held + " IS NULL AND " + value + " IS NULL))"
                : matches(held, value);
    }
}
