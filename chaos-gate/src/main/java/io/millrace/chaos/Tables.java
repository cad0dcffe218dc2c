package io.millrace.chaos;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables that a subject writes to. No unique constraint on the audit: it shows whatever was written. */
final class Tables {
    static final String AUDIT = "audit";
    static final String LATEST = "latest";

    private static final String[] CREATE_AUDIT = {
        "DROP TABLE IF EXISTS audit, totals, millrace_ledger",
        """
        CREATE TABLE audit (
          partition int NOT NULL, "offset" bigint NOT NULL, key int NOT NULL, amount bigint NOT NULL,
          batch bigint NOT NULL, query text NOT NULL, attempt bigint NOT NULL,
          transaction bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint)\
        """,
        "CREATE INDEX ON audit (partition, \"offset\")",
        "CREATE INDEX ON audit (batch)",
        "CREATE TABLE totals (key int PRIMARY KEY, events bigint, amount bigint, last_offset bigint)",
        // In the transaction of whoever writes the audit, without asking him.
        """
        CREATE OR REPLACE FUNCTION keep_totals() RETURNS trigger LANGUAGE plpgsql AS $$
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
        "DROP TABLE IF EXISTS latest, millrace_fence", """
            CREATE TABLE latest (
              key int PRIMARY KEY, partition int NOT NULL, "offset" bigint NOT NULL, amount bigint NOT NULL)\
            """,
    };

    private final Rig rig;

    Tables(Rig rig) {
        this.rig = rig;
    }

    /** Makes {@code table} and what goes with it, empty. */
    void create(String table) throws SQLException {
        rig.execute(table.equals(AUDIT) ? CREATE_AUDIT : CREATE_LATEST);
    }

    List<Written> audit() throws SQLException {
        return rig.query(
                "SELECT partition, \"offset\", key, amount, batch, query, attempt, transaction FROM audit",
                row -> new Written(event(row), row.getLong(5), row.getString(6), row.getLong(7), row.getLong(8)));
    }

    Map<Integer, Total> totals() throws SQLException {
        Map<Integer, Total> totals = new HashMap<>();
        rig.query(
                "SELECT key, events, amount, last_offset FROM totals",
                row -> totals.put(row.getInt(1), new Total(row.getLong(2), row.getLong(3), row.getLong(4))));
        return totals;
    }

    Map<Integer, Event> latest() throws SQLException {
        Map<Integer, Event> latest = new HashMap<>();
        rig.query(
                "SELECT partition, \"offset\", key, amount FROM latest", row -> latest.put(row.getInt(3), event(row)));
        return latest;
    }

    /** The offset after the greatest one that {@code table} has of each partition. */
    Map<Integer, Long> ends(String table) throws SQLException {
        Map<Integer, Long> ends = new HashMap<>();
        rig.query(
                "SELECT p, (SELECT max(\"offset\") + 1 FROM " + table + " WHERE partition = p)"
                        + " FROM generate_series(0, " + (Feed.PARTITIONS - 1) + ") AS p",
                row -> ends.put(row.getInt(1), row.getLong(2)));
        return ends;
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(row.getInt(1), row.getLong(2), row.getInt(3), row.getLong(4));
    }
}
