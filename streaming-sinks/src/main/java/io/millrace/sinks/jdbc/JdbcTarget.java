package io.millrace.sinks.jdbc;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.BatchSink;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.io.Serial;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A table to write to and the limits of a flush; a verb such as {@link #upsertOn} makes it a sink. Immutable: every
 * call returns a copy, so that several sinks can share a base.
 *
 * <pre>{@code
 * JdbcTarget shop = Sinks.jdbc(database).rowsPerFlush(5_000);
 * Sink orders = shop.table("orders").upsertOn("id");
 * Sink events = shop.table("audit", "events").upsertOn("source", "sequence");
 * }</pre>
 */
public final class JdbcTarget implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Database database;
    private final @Nullable TableName table;
    private final FlushLimits limits;

    private JdbcTarget(Database database, @Nullable TableName table, FlushLimits limits) {
        this.database = database;
        this.table = table;
        this.limits = limits;
    }

    /** A target in a database without a table, as {@code Sinks.jdbc(database)} returns it. */
    public static JdbcTarget in(Database database) {
        notNull("in(database)", database);
        return new JdbcTarget(database, null, FlushLimits.DEFAULT);
    }

    /**
     * The table of this name on the user's search path. The name is taken as it is: it is case-sensitive, and a dot is
     * part of it.
     */
    public JdbcTarget table(String name) {
        return new JdbcTarget(database, Identifier.table(database.dialect(), name), limits);
    }

    /** The table of this name in a schema. Both names are taken as they are. */
    public JdbcTarget table(String schema, String name) {
        return new JdbcTarget(database, Identifier.table(database.dialect(), "table", schema, name), limits);
    }

    /**
     * Writes each row into the table that is named for its value of {@code column}, which is a text or a whole number:
     * by {@code upsertOn} or {@code insertOnlyOn}, or all of them exactly once, in one transaction. Sinks may have
     * steps of their own, by {@code after(steps)}. A row with another value, or without one, fails the query, unless
     * {@link JdbcTables#others} says where it goes.
     *
     * @param tables the sink of each value, all in this database
     * @throws IllegalArgumentException if a sink is not a table of this database, if some are exactly once and others
     *     are not, or if this target names a table itself
     */
    public JdbcTables tableFrom(String column, Map<String, ? extends BatchSink> tables) {
        notNull("tableFrom(column, tables)", column, tables);
        if (table != null) {
            throw new IllegalArgumentException("tableFrom(\"" + column + "\", ...): the table \"" + table
                    + "\" is named already. Call it on Sinks.jdbc(database).");
        }
        return JdbcTables.of(this, column, tables);
    }

    /**
     * The number of rows with distinct keys that a task gathers before a flush. Default 20,000. A task holds the rows
     * of two flushes: one that the server merges and one that is gathered. The content of the table after a batch never
     * depends on it. What a reader sees while a batch is rerun does, since a task with more rows writes in several
     * flushes.
     */
    public JdbcTarget rowsPerFlush(int rows) {
        return new JdbcTarget(database, table, limits.rows(rows));
    }

    /**
     * The approximate size of the row values that a task gathers before a flush. Default 16 MiB. Otherwise like
     * {@link #rowsPerFlush}.
     */
    public JdbcTarget bytesPerFlush(long bytes) {
        return new JdbcTarget(database, table, limits.bytes(bytes));
    }

    /**
     * How long a row of {@code upsertOn} or {@code insertOnlyOn} may wait for a flush, whether more rows arrive or not.
     * Readers then see rows of a long task before its end, and may see an earlier row of a key while its batch is
     * rerun. If such a flush fails, the task fails at its next row or at its end. Default: until the task ends or the
     * flush is full; in {@code realTime}, whose tasks last for minutes, five milliseconds.
     */
    public JdbcTarget flushAfter(Duration age) {
        notNull("flushAfter(age)", age);
        return new JdbcTarget(database, table, limits.age(age));
    }

    /**
     * How long to retry a flush after transient errors, such as a restart of the server or a deadlock. Default two
     * minutes; then the task fails, and Spark's own retries begin.
     */
    public JdbcTarget retryFor(Duration deadline) {
        notNull("retryFor(deadline)", deadline);
        return new JdbcTarget(database, table, limits.retryFor(deadline));
    }

    /**
     * Inserts rows whose key is new and updates the others: the table ends up the same whether Spark delivers a
     * micro-batch once or several times. If a batch has several rows of a key, the last to arrive wins. The table needs
     * a unique index on exactly these columns, all NOT NULL.
     *
     * @throws IllegalArgumentException if no table is named yet, or a key column is named twice
     */
    public JdbcUpsert upsertOn(String firstKey, String... moreKeys) {
        return new JdbcUpsert(
                this, UpsertRule.upsertOn(Identifier.columns(database.dialect(), "upsertOn", firstKey, moreKeys)));
    }

    /** The same for keys in a list, which has at least one. */
    public JdbcUpsert upsertOn(List<String> keys) {
        return new JdbcUpsert(this, UpsertRule.upsertOn(Identifier.columns(database.dialect(), "upsertOn", keys)));
    }

    /**
     * Inserts rows whose key is new and ignores the others. If a batch has several rows of a key, the first to arrive
     * wins. The table needs the same index as for {@link #upsertOn}.
     *
     * @throws IllegalArgumentException if no table is named yet, or a key column is named twice
     */
    public JdbcUpsert insertOnlyOn(String firstKey, String... moreKeys) {
        return new JdbcUpsert(
                this,
                UpsertRule.insertOnlyOn(Identifier.columns(database.dialect(), "insertOnlyOn", firstKey, moreKeys)));
    }

    /** The same for keys in a list, which has at least one. */
    public JdbcUpsert insertOnlyOn(List<String> keys) {
        return new JdbcUpsert(
                this, UpsertRule.insertOnlyOn(Identifier.columns(database.dialect(), "insertOnlyOn", keys)));
    }

    /**
     * Appends each micro-batch exactly once, in one transaction that also records the batch in the table
     * {@code millrace_ledger}. Supports the output modes append and update.
     *
     * @throws IllegalArgumentException if no table is named yet
     */
    public JdbcExactlyOnce appendExactlyOnce() {
        return new JdbcExactlyOnce(this, ExactlyOnceRule.on("appendExactlyOnce", List.of()));
    }

    /**
     * Upserts each micro-batch exactly once, whole or not at all, in one transaction that also records the batch in the
     * table {@code millrace_ledger}. The table needs the same index as for {@link #upsertOn}.
     *
     * @throws IllegalArgumentException if no table is named yet, or a key column is named twice
     */
    public JdbcExactlyOnce upsertExactlyOnce(String firstKey, String... moreKeys) {
        List<String> keys = Identifier.columns(database.dialect(), "upsertExactlyOnce", firstKey, moreKeys);
        return new JdbcExactlyOnce(this, ExactlyOnceRule.on("upsertExactlyOnce", keys));
    }

    /** The same for keys in a list, which has at least one. */
    public JdbcExactlyOnce upsertExactlyOnce(List<String> keys) {
        List<String> columns = Identifier.columns(database.dialect(), "upsertExactlyOnce", keys);
        return new JdbcExactlyOnce(this, ExactlyOnceRule.on("upsertExactlyOnce", columns));
    }

    /** Whether {@code other} is the same table of an equal database, with the same limits. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JdbcTarget target
                && database.equals(target.database)
                && Objects.equals(table, target.table)
                && limits.equals(target.limits);
    }

    @Override
    public int hashCode() {
        return Objects.hash(database, table, limits);
    }

    /** The table, the server and what else was set, without the password. */
    @Override
    public String toString() {
        return (table == null ? "no table at " + database.label() : place()) + described();
    }

    /** The table and the server. */
    String place() {
        return "\"" + table + "\" at " + database.label();
    }

    /** What was set besides on the target and the database: each call with a comma before it. */
    String described() {
        return Stream.concat(limits.described().stream(), database.described().stream())
                .map(call -> ", " + call)
                .collect(Collectors.joining());
    }

    Database database() {
        return database;
    }

    FlushLimits limits() {
        return limits;
    }

    UpsertPlanner planner(UpsertRule rule) {
        return new UpsertPlanner(database, tableFor(rule.verb()), limits, rule);
    }

    ExactlyOncePlanner planner(ExactlyOnceRule rule) {
        return new ExactlyOncePlanner(database, tableFor(rule.verb()), limits, rule);
    }

    TableName tableFor(String verb) {
        if (table == null) {
            throw new IllegalArgumentException(
                    verb + "(...): no table is named yet. Call Sinks.jdbc(database).table(\"name\") before it.");
        }
        return table;
    }
}
