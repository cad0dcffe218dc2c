package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.KeyComparison;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import org.jspecify.annotations.Nullable;

/**
 * How a unique index of PostgreSQL compares one of its columns.
 *
 * @param less the qualified operator that it sorts by
 * @param equal the qualified operator that compares values for equality
 * @param collation the qualified collation; null if the type has none
 * @param deterministic whether texts are equal only if their bytes are
 * @param nullsEqual whether NULL equals NULL
 */
record PostgresKeyComparison(
        String less, String equal, @Nullable String collation, boolean deterministic, boolean nullsEqual)
        implements KeyComparison {
    private static final String PLAIN = "pg_catalog.=";

    /** The comparison of a key; null if its type determines that. */
    static @Nullable PostgresKeyComparison of(PlannedColumn key) {
        return (PostgresKeyComparison) key.comparison();
    }

    /** Whether equality is that of the type's own operator, and that of bytes for texts. */
    boolean isPlain() {
        return deterministic && equal.equals(PLAIN);
    }

    @Override
    public boolean agreesWith(KeyComparison known) {
        return known instanceof PostgresKeyComparison other
                && equal.equals(other.equal)
                && deterministic == other.deterministic
                && nullsEqual == other.nullsEqual
                && (deterministic || String.valueOf(collation).equals(other.collation));
    }

    String collated(String value) {
        return collation == null ? value : value + " COLLATE " + collation;
    }

    /** Writes an element of ORDER BY. */
    String ordered(String value) {
        return collated(value) + " USING OPERATOR(" + less + ")";
    }

    /** Writes the condition that a value of the table and another, neither of them NULL, are the same key. */
    String matches(String held, String value) {
        return held + " OPERATOR(" + equal + ") " + collated(value);
    }

    /** Writes the same condition for values that may be NULL. The server then reads every row, since no index helps. */
    String matchesOrBothNull(String held, String value) {
        return nullsEqual
                ? "(" + matches(held, value) + " OR (" + held + " IS NULL AND " + value + " IS NULL))"
                : matches(held, value);
    }
}
