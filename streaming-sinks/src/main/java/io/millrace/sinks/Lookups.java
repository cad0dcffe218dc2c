package io.millrace.sinks;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.JdbcLookup;

/**
 * Look-ups: steps that add columns of a table to the rows of a stream. Each is an immutable value, for
 * {@code Pipeline.via}, for a branch of {@code Sinks.several}, or for {@code Dataset.transform}.
 *
 * <pre>{@code
 * Lookups.jdbc(database).table("customers").key("customer_id").columns("segment", "country")
 * }</pre>
 */
public final class Lookups {
    private Lookups() {}

    /** A look-up in a table of a database. */
    public static JdbcLookup jdbc(Database database) {
        notNull("jdbc(database)", database);
        return JdbcLookup.in(database);
    }
}
