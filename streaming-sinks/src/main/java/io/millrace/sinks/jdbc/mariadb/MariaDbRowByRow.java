package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.Interruption;
import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows as if each were alone, and skips those that the table refuses. Many rows go in one statement, which the
 * server applies row by row and rolls back as a whole if one fails. It then reports which, unless a trigger refused it.
 */
final class MariaDbRowByRow {
    /** Few enough that little work is repeated if one row in a hundred is refused. */
    private static final int MOST_ROWS = 64;

    private static final String WHAT = "An upsert row by row";

    private final MariaDbInsert insert;
    private final MariaDbKnownRows known;
    private final Map<Integer, SQLException> refused = new TreeMap<>();

    MariaDbRowByRow(MariaDbInsert insert, MariaDbKnownRows known) {
        this.known = known;
        this.insert = insert;
    }

    /**
     * Sends rows; returns the errors of refused ones by their place among the rows.
     *
     * @throws SQLException if the error is transient or permanent, so that no row can be the cause
     */
    Map<Integer, SQLException> send(Connection connection, List<Row> rows) throws SQLException {
        List<Numbered> part = new ArrayList<>();
        for (int place = 0; place < rows.size(); place++) {
            boolean mayBeKnown = known.mayBe(rows.get(place));
            if (mayBeKnown || part.size() == MOST_ROWS) {
                sendPart(connection, part);
                part.clear();
            }
            if (!mayBeKnown || !isDone(connection, place, rows.get(place))) {
                add(part, place, rows.get(place));
            }
        }
        sendPart(connection, part);
        return refused;
    }

    /** Whether the row needs no INSERT: the table had its key, or refuses it. */
    private boolean isDone(Connection connection, int place, Row row) throws SQLException {
        Interruption.check(WHAT);
        try {
            return known.update(connection, List.of(row)).isEmpty();
        } catch (SQLException e) {
            checkRefusal(e);
            refused.put(place, e);
            return true;
        }
    }

    private void add(List<Numbered> part, int place, Row row) {
        try {
            part.add(new Numbered(place, insert.values(row)));
        } catch (InvalidValueException e) {
            refused.put(place, e);
        }
    }

    private void sendPart(Connection connection, List<Numbered> rows) throws SQLException {
        int from = 0;
        while (from < rows.size()) {
            int count = Integer.highestOneBit(rows.size() - from);
            sendStatement(connection, rows.subList(from, from + count));
            from += count;
        }
    }

    private void sendStatement(Connection connection, List<Numbered> rows) throws SQLException {
        Interruption.check(WHAT);
        try {
            insert.insert(connection, rows.stream().map(row -> row.values).toList());
        } catch (SQLException e) {
            checkRefusal(e);
            int bad = rows.size() == 1 ? 1 : badRow(connection);
            if (bad >= 1 && bad <= rows.size()) {
                refused.put(rows.get(bad - 1).place, e);
                sendPart(connection, rows.subList(0, bad - 1));
                sendPart(connection, rows.subList(bad, rows.size()));
            } else {
                sendPart(connection, rows.subList(0, rows.size() / 2));
                sendPart(connection, rows.subList(rows.size() / 2, rows.size()));
            }
        }
    }

    private void checkRefusal(SQLException e) throws SQLException {
        if (!MariaDbFaults.mayBeAboutARow(e)) {
            throw e;
        }
    }

    /**
     * Returns the number of the refused row within the failed statement, counted from 1; 0 if the server does not
     * report it.
     */
    private static int badRow(Connection connection) throws SQLException {
        Sql.execute(connection, "GET DIAGNOSTICS CONDITION 1 @millrace_row = ROW_NUMBER");
        return Sql.rows(connection, "SELECT @millrace_row", found -> found.getInt(1))
                .get(0);
    }

    private static final class Numbered {
        final int place;
        final @Nullable Object[] values;

        Numbered(int place, @Nullable Object[] values) {
            this.place = place;
            this.values = values;
        }
    }
}
