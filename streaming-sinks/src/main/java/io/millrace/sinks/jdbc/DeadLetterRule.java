package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table for refused rows, and the share of rows that may be refused before a task or an exactly-once batch fails.
 */
record DeadLetterRule(TableName table, double share) implements Serializable {
    /** Tolerated in every batch: a few bad rows in a small batch do not mean that the batch is bad. */
    private static final int ALWAYS = 10;

    /** A task is checked before its end only after this many rows, since its bad rows may come first. */
    private static final long LARGE = 1_000_000;

    private static final double SHARE = 0.05;

    static DeadLetterRule to(TableName table) {
        return new DeadLetterRule(table, SHARE);
    }

    /** Uses the schema of the target table if none was named. */
    DeadLetterRule inSchemaOf(TableName written) {
        return table.schema() == null ? new DeadLetterRule(written.sibling(table.name()), share) : this;
    }

    static DeadLetterRule atMost(double share, @Nullable DeadLetterRule known) {
        if (known == null) {
            throw new IllegalArgumentException(
                    "deadLettersAtMost(" + share + "): there are no dead letters. Call deadLettersTo(...) before it.");
        }
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "deadLettersAtMost(" + share + "): a share lies between 0 and 1. Use 0.01 for one in a hundred.");
        }
        return new DeadLetterRule(known.table, share);
    }

    /** The calls that made the rule. */
    List<String> described() {
        String to = "deadLettersTo(" + table + ")";
        return share == SHARE ? List.of(to) : List.of(to, "deadLettersAtMost(" + share + ")");
    }

    /** Whether a running task already has so many refused rows that it should fail. */
    boolean tooManyAlready(long refused, long rows) {
        return tooMany(refused, Math.max(rows, LARGE));
    }

    boolean tooMany(long refused, long rows) {
        return refused > Math.max(ALWAYS, share * rows);
    }
}
