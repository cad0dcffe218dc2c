package io.millrace.sinks;

/**
 * The front door to every sink of Millrace. Each call gives an immutable value, which a {@code Pipeline} takes, or which
 * works alone on a {@code Dataset} of a job of your own.
 *
 * <pre>{@code
 * Sinks.jdbc(database).table("zip_traffic").upsertOn("window_start", "zip")
 * }</pre>
 */
public final class Sinks {
    private Sinks() {}

    /** Prints each micro-batch, 20 rows at most unless told. For looking, not for production. */
    public static ConsoleSink console() {
        return new ConsoleSink(20, true);
    }

    /** A table of {@code database}; the guarantee is chosen by the verb that ends the call chain. */
    public static JdbcTarget jdbc(Database database) {
        return JdbcTarget.in(database);
    }
}
