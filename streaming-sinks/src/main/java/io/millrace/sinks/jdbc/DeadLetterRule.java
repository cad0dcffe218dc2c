package io.millrace.sinks.jdbc;

import io.millrace.core.DeadLetterSink;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Where refused rows go, a table or another sink, and the share of rows that may be refused before a task or an
 * exactly-once batch fails.
 */
record DeadLetterRule(@Nullable TableName table, DeadLetterSink.@Nullable Sender sender, double share)
        implements Serializable {
    /** Tolerated in every batch: a few bad rows in a small batch do not mean that the batch is bad. */
    private static final int ALWAYS = 10;

    /** A task is checked before its end only after this many rows, since its bad rows may come first. */
    private static final long LARGE = 1_000_000;

    private static final double SHARE = 0.05;

    static DeadLetterRule to(TableName table) {
        return new DeadLetterRule(table, null, SHARE);
    }

    static DeadLetterRule to(DeadLetterSink.Sender sender) {
        return new DeadLetterRule(null, sender, SHARE);
    }

    /** Uses the schema of the target table if none was named. */
    DeadLetterRule inSchemaOf(TableName written) {
        return table != null && table.schema() == null
                ? new DeadLetterRule(written.sibling(table.name()), null, share)
                : this;
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
        return new DeadLetterRule(known.table, known.sender, share);
    }

    /** What keeps the refused rows of a batch, or of an epoch. */
    KeptLetters letters(
            Dialect dialect, String target, String queryId, long epoch, StructType schema, List<String> keys) {
        if (sender != null) {
            return new SentLetters(sender, target, queryId, epoch, schema, keys);
        }
        if (table == null) {
            throw new IllegalStateException("dead letters have no place");
        }
        return new DeadLetters(dialect, table, target, queryId, epoch, schema);
    }

    /** The table, if it is one of the database. */
    Optional<TableName> ownTable() {
        return Optional.ofNullable(table);
    }

    /** The place in messages. */
    String place() {
        return table != null ? "\"" + table + "\"" : String.valueOf(sender);
    }

    /** The calls that made the rule. */
    List<String> described() {
        String to = "deadLettersTo(" + (table != null ? table : sender) + ")";
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
