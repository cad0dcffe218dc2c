package io.millrace.sinks.jdbc;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.Transform;
import io.millrace.core.internal.PartitionRows;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Adds columns of a table to each row, found by a key: keeps no state, and asks for the keys of many rows in one query.
 * Columns have the types that Spark reads from the table; all may be NULL. The server decides which keys are equal. A
 * batch that is rerun may get other values than at first. Immutable: every call returns a copy.
 *
 * <pre>{@code
 * Lookups.jdbc(database).table("customers").key("customer_id").columns("segment", "country")
 * }</pre>
 */
public final class JdbcLookup implements Transform {
    private static final Duration REFRESHED_EVERY = Duration.ofMinutes(10);

    private final Database database;
    private final LookupRule rule;
    private final PlannedLookups planned;

    private JdbcLookup(Database database, LookupRule rule) {
        this.database = database;
        this.rule = rule;
        this.planned = new PlannedLookups(database, rule);
    }

    /** A look-up in a database without a table, as {@code Lookups.jdbc(database)} returns it. */
    public static JdbcLookup in(Database database) {
        notNull("in(database)", database);
        return new JdbcLookup(database, LookupRule.DEFAULT);
    }

    /**
     * The table of this name on the user's search path. The name is taken as it is: it is case-sensitive, and a dot is
     * part of it. Required.
     */
    public JdbcLookup table(String name) {
        return with(rule.table(Identifier.table(dialect(), name)));
    }

    /** The table of this name in a schema, on MariaDB in a database. Both names are taken as they are. */
    public JdbcLookup table(String schema, String name) {
        return with(rule.table(Identifier.table(dialect(), "table", schema, name)));
    }

    /**
     * The key: a column of this name in the stream and in the table, which has a unique index on it. Required. Call it
     * again for each other column of a key with several.
     */
    public JdbcLookup key(String column) {
        return key(column, column);
    }

    /** The same with a column that has another name in the stream. */
    public JdbcLookup key(String inStream, String inTable) {
        notNull("key(inStream, inTable)", inStream, inTable);
        String column = Identifier.check(dialect(), "key", inTable);
        if (rule.keyColumns().contains(column)) {
            throw new IllegalArgumentException(
                    "key(\"" + column + "\"): this column is part of the key already. Name it once.");
        }
        return with(rule.key(new LookupRule.Pair(inStream, column)));
    }

    /** Columns of the table that each row gets, under their names. At least one is required. */
    public JdbcLookup columns(String first, String... more) {
        return columns(Identifier.columns(dialect(), "columns", first, more));
    }

    /** The same for columns in a list, which has at least one. */
    public JdbcLookup columns(List<String> columns) {
        return adding(
                "columns",
                Identifier.columns(dialect(), "columns", columns).stream()
                        .map(column -> new LookupRule.Pair(column, column))
                        .toList());
    }

    /** A column of the table under another name, such as one that the stream does not have yet. */
    public JdbcLookup column(String column, String as) {
        notNull("column(column, as)", column, as);
        return adding("column", List.of(new LookupRule.Pair(as, Identifier.check(dialect(), "column", column))));
    }

    /** Leaves rows out whose key is NULL or not in the table. Default: they stay, with NULL in the columns. */
    public JdbcLookup droppingMisses() {
        if (rule.mark() != null) {
            throw new IllegalArgumentException("droppingMisses(): markingMisses(" + rule.mark()
                    + ") marks the rows that this drops. Leave out one of them.");
        }
        return with(rule.droppingMisses());
    }

    /**
     * Adds a boolean column, true in rows whose key is NULL or not in the table and false in the others, so that a
     * branch or a later step can tell them from rows with NULL in the table.
     */
    public JdbcLookup markingMisses(String column) {
        notNull("markingMisses(column)", column);
        if (rule.dropsMisses()) {
            throw new IllegalArgumentException("markingMisses(" + column
                    + "): droppingMisses() drops the rows that this marks. Leave out one of them.");
        }
        if (rule.added().contains(column)) {
            throw twice("markingMisses", column);
        }
        return with(rule.mark(column));
    }

    /**
     * How long each executor keeps a row of the table: what a row of the stream gets may be that old. Default five
     * minutes. Zero keeps nothing.
     */
    public JdbcLookup cachedFor(Duration time) {
        return with(rule.limits(rule.limits().hits(notNegative("cachedFor", time))));
    }

    /**
     * How long each executor keeps that a key is not in the table: a new row is found after that time at the latest.
     * Default one minute. Zero keeps nothing.
     */
    public JdbcLookup missesCachedFor(Duration time) {
        return with(rule.limits(rule.limits().misses(notNegative("missesCachedFor", time))));
    }

    /**
     * How many rows of the table each executor keeps at most, and as many keys that are not in it. Default 100,000.
     * Those that are used stay longest.
     */
    public JdbcLookup cacheAtMost(int entries) {
        return with(rule.limits(rule.limits().entries(positive("cacheAtMost", entries))));
    }

    /** How many keys a query asks for at most. Default 1,000. */
    public JdbcLookup keysPerQuery(int keys) {
        return with(rule.limits(rule.limits().keysPerQuery(positive("keysPerQuery", keys))));
    }

    /**
     * How long to retry a query after transient errors, such as a restart of the server. Default two minutes; then the
     * task fails, and Spark's own retries begin.
     */
    public JdbcLookup retryFor(Duration deadline) {
        return with(rule.retryFor(notNegative("retryFor", deadline)));
    }

    /**
     * Reads the whole table instead of its rows by key: once in each executor, and again when ten minutes are over, or
     * what {@link #refreshedEvery} says. For small tables: one with more rows than {@link #cacheAtMost} fails the
     * query.
     */
    public JdbcLookup wholeTable() {
        return with(rule.limits(rule.limits().wholeTable(REFRESHED_EVERY)));
    }

    /** How long each executor keeps the whole table, at least one second; {@link #wholeTable} comes first. */
    public JdbcLookup refreshedEvery(Duration time) {
        notNull("refreshedEvery(time)", time);
        if (time.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException(
                    "refreshedEvery(" + time + "): the whole table is read each time. Use one second or more.");
        }
        if (rule.limits().wholeTable() == null) {
            throw new IllegalArgumentException("refreshedEvery(" + time
                    + "): rows that are looked up by key expire one by one. Use cachedFor(...), or call wholeTable()"
                    + " first.");
        }
        return with(rule.limits(rule.limits().wholeTable(time)));
    }

    /**
     * The rows with the columns of the table. Connects to the database to check what it needs.
     *
     * @throws io.millrace.core.ValidationException if the table, the stream or the server does not fit
     */
    @Override
    public Dataset<Row> apply(Dataset<Row> rows) {
        notNull("apply(rows)", rows);
        LookupPlanner planner = new LookupPlanner(rule, rows, "Transform " + describe());
        PlannedLookups.Planned table = planned.on(rows, planner);
        return PartitionRows.with(rows, table.added(), table.function(describe(), planner.spec()));
    }

    @Override
    public String describe() {
        TableName table = rule.table();
        return "look up " + (table == null ? "" : "\"" + table + "\" ") + "at " + database.label() + " by "
                + rule.keys().stream().map(LookupRule.Pair::toString).collect(Collectors.joining(", ")) + ", "
                + rule.described()
                + database.described().stream().map(call -> ", " + call).collect(Collectors.joining());
    }

    /** Whether {@code other} looks up the same with the same settings. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JdbcLookup lookup && database.equals(lookup.database) && rule.equals(lookup.rule);
    }

    @Override
    public int hashCode() {
        return Objects.hash(database, rule);
    }

    /** As {@link #describe()}. */
    @Override
    public String toString() {
        return describe();
    }

    private Dialect dialect() {
        return database.dialect();
    }

    private JdbcLookup with(LookupRule changed) {
        return new JdbcLookup(database, changed);
    }

    private JdbcLookup adding(String call, List<LookupRule.Pair> columns) {
        Stream<String> known = rule.added().stream();
        List<String> names = known.toList();
        for (LookupRule.Pair column : columns) {
            if (names.contains(column.stream())) {
                throw twice(call, column.stream());
            }
        }
        return with(rule.columns(columns));
    }

    private static IllegalArgumentException twice(String call, String column) {
        return new IllegalArgumentException(call + "(\"" + column
                + "\"): the look-up adds a column of this name already. Give it another by column(name, as).");
    }

    private static int positive(String call, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(call + "(" + value + "): use 1 or more.");
        }
        return value;
    }

    private static Duration notNegative(String call, Duration value) {
        notNull(call + "(time)", value);
        if (value.isNegative()) {
            throw new IllegalArgumentException(call + "(" + value + "): a duration here is zero or more.");
        }
        return value;
    }
}
