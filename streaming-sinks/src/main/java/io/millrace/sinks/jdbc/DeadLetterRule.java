package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Where refused rows go, and how many of the rows of a task or an exact batch may before it fails. */
record DeadLetterRule(TableName table, double share) implements Serializable {
    /** A single bad row in a small batch is not a sign that the batch is bad. */
    private static final int ALWAYS = 10;

    /** A task of fewer rows is only judged at its end: its bad rows may well come first. */
    private static final long LARGE = 1_000_000;

    private static final double SHARE = 0.05;

    static DeadLetterRule to(TableName table) {
        return new DeadLetterRule(table, SHARE);
    }

    /** With the schema of the table whose letters they are, if none was named. */
    DeadLetterRule beside(TableName written) {
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

    /** Of a task whose end is not known: whether they are so many that most tasks would have too many. */
    boolean tooManyAlready(long refused, long rows) {
        return tooMany(refused, Math.max(rows, LARGE));
    }

    boolean tooMany(long refused, long rows) {
        return refused > Math.max(ALWAYS, share * rows);
    }
}
