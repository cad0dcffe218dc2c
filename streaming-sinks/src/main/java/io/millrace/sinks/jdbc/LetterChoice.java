package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Dialect;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which letters a {@link DeadLetterSource} reads, and how many at a time. */
record LetterChoice(
        @Nullable String state,
        @Nullable Instant since,
        @Nullable Instant until,
        int most) implements Serializable {
    private static final int MOST = 5_000;

    static final LetterChoice ALL = new LetterChoice(null, null, null, MOST);

    LetterChoice like(String pattern) {
        return new LetterChoice(pattern, since, until, most);
    }

    LetterChoice from(Instant time) {
        return new LetterChoice(state, time, until, most);
    }

    LetterChoice to(Instant time) {
        return new LetterChoice(state, since, time, most);
    }

    LetterChoice atMost(int letters) {
        return new LetterChoice(state, since, until, letters);
    }

    /** The conditions, with a parameter for the state. */
    String sql(Dialect dialect) {
        StringBuilder sql = new StringBuilder();
        if (state != null) {
            sql.append(" AND ").append(dialect.quoted(DeadLetters.STATE)).append(" LIKE ?");
        }
        if (since != null) {
            sql.append(" AND failed_at >= ").append(dialect.literal(since));
        }
        if (until != null) {
            sql.append(" AND failed_at < ").append(dialect.literal(until));
        }
        return sql.toString();
    }

    List<Object> parameters() {
        return state == null ? List.of() : List.of(state);
    }

    /** The calls that made it. */
    List<String> described() {
        List<String> calls = new ArrayList<>();
        if (state != null) {
            calls.add("sqlState(" + state + ")");
        }
        if (since != null) {
            calls.add("since(" + since + ")");
        }
        if (until != null) {
            calls.add("until(" + until + ")");
        }
        if (most != MOST) {
            calls.add("maxLettersPerBatch(" + most + ")");
        }
        return calls;
    }
}
