package io.millrace.chaos;

import io.millrace.chaos.checker.Event;
import io.millrace.chaos.checker.Total;
import io.millrace.chaos.checker.Written;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables that a subject writes, in their own schema. The audits have no unique constraint, to show duplicates. */
final class Tables {
    static final String AUDIT = "audit";
    static final String LATEST = "latest";
    static final String SETTLED = "settled";

    /** All values that {@link #SETTLED} has ever had. */
    static final String HISTORY = "history";

    private static final String WRITTEN = """
            partition int NOT NULL, "offset" bigint NOT NULL, key int NOT NULL, amount bigint NOT NULL,
            batch bigint NOT NULL, query text NOT NULL, attempt bigint NOT NULL,
            transaction bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint\
            """;
    private static final String[] CREATE_AUDIT = {
        "CREATE TABLE audit (" + WRITTEN + ")",
        "CREATE INDEX ON audit (partition, \"offset\")",
        "CREATE INDEX ON audit (batch)",
        "CREATE TABLE totals (key int PRIMARY KEY, events bigint, amount bigint, last_offset bigint)",
        // Runs in the transaction that writes the audit.
        """
        CREATE FUNCTION keep_totals() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO totals SELECT key, count(*), sum(amount), max("offset") FROM added GROUP BY key ORDER BY key
          ON CONFLICT (key) DO UPDATE SET events = totals.events + EXCLUDED.events,
            amount = totals.amount + EXCLUDED.amount, last_offset = greatest(totals.last_offset, EXCLUDED.last_offset);
          RETURN NULL;
        END $$\
        """,
        """
        CREATE TRIGGER keep_totals AFTER INSERT ON audit REFERENCING NEW TABLE AS added
          FOR EACH STATEMENT EXECUTE FUNCTION keep_totals()\
        """,
    };
    private static final String[] CREATE_LATEST = {
        """
        CREATE TABLE latest (
          key int PRIMARY KEY, partition int NOT NULL, "offset" bigint NOT NULL, amount bigint NOT NULL)\
        """,
    };
    private static final String[] CREATE_SETTLED = {
        "CREATE TABLE settled (" + WRITTEN + ", PRIMARY KEY (key))",
        "CREATE TABLE history (" + WRITTEN + ")",
        "CREATE INDEX ON history (batch)",
        """
        CREATE FUNCTION keep_history() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          INSERT INTO history (partition, "offset", key, amount, batch, query, attempt)
            VALUES (NEW.partition, NEW."offset", NEW.key, NEW.amount, NEW.batch, NEW.query, NEW.attempt);
          RETURN NULL;
        END $$\
        """,
        """
        CREATE TRIGGER keep_history AFTER INSERT OR UPDATE ON settled
          FOR EACH ROW EXECUTE FUNCTION keep_history()\
        """,
    };
    private static final Map<String, String[]> CREATE =
            Map.of(AUDIT, CREATE_AUDIT, LATEST, CREATE_LATEST, SETTLED, CREATE_SETTLED);

    private final Environment environment;
    private final String schema;

    Tables(Environment environment, String schema) {
        this.environment = environment;
        this.schema = schema;
    }

    /** Creates {@code table} and the tables that belong to it. */
    void create(String table) throws SQLException {
        environment.execute(schema, CREATE.getOrDefault(table, new String[0]));
    }

    /** Returns the rows of {@link #AUDIT} or {@link #HISTORY}. */
    List<Written> written(String table) throws SQLException {
        return environment.query(
                schema,
                "SELECT partition, \"offset\", key, amount, batch, query, attempt, transaction FROM " + table,
                row -> new Written(event(row), row.getLong(5), row.getString(6), row.getLong(7), row.getLong(8)));
    }

    Map<Integer, Total> totals() throws SQLException {
        Map<Integer, Total> totals = new HashMap<>();
        environment.query(
                schema,
                "SELECT key, events, amount, last_offset FROM totals",
                row -> totals.put(row.getInt(1), new Total(row.getLong(2), row.getLong(3), row.getLong(4))));
        return totals;
    }

    /** Returns the rows of {@link #LATEST} or {@link #SETTLED} by key. */
    Map<Integer, Event> byKey(String table) throws SQLException {
        Map<Integer, Event> latest = new HashMap<>();
        environment.query(
                schema,
                "SELECT partition, \"offset\", key, amount FROM " + table,
                row -> latest.put(row.getInt(3), event(row)));
        return latest;
    }

    /** Returns the end offset of each partition in {@code table}. */
    Map<Integer, Long> ends(String table) throws SQLException {
        Map<Integer, Long> ends = new HashMap<>();
        environment.query(
                schema,
                "SELECT p, (SELECT max(\"offset\") + 1 FROM " + table + " WHERE partition = p)"
                        + " FROM generate_series(0, " + (Feed.PARTITIONS - 1) + ") AS p",
                row -> ends.put(row.getInt(1), row.getLong(2)));
        return ends;
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(row.getInt(1), row.getLong(2), row.getInt(3), row.getLong(4));
    }
}
