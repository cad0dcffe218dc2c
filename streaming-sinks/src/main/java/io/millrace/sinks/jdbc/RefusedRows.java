package io.millrace.sinks.jdbc;

import io.millrace.core.internal.FailureKind;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.Interruption;
import io.millrace.sinks.jdbc.dialect.Refusal;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.SqlAction;
import io.millrace.sinks.jdbc.dialect.SqlFault;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Merges rows into a table and finds those that the table refuses, for both JDBC sinks. A row is refused if it fails
 * alone while others succeed: an error that every row meets is attributed to the table.
 */
final class RefusedRows {
    /** The maximum number of rows that one statement merges one by one, so that it ends before its time-out. */
    private static final long WINDOW = 5_000;

    private final String what;
    private final Dialect dialect;
    private final NumberedRows rows;

    /** @param what the name of the work in messages */
    RefusedRows(String what, Dialect dialect, NumberedRows rows) {
        this.what = what;
        this.dialect = dialect;
        this.rows = rows;
    }

    /**
     * Merges all rows that the table accepts, in the caller's transaction, and returns the refusals of the others.
     *
     * @throws RefusedRowException if the error is about the table, not about rows
     */
    List<Refusal> write(Connection connection) throws SQLException {
        Savepoint before = connection.setSavepoint();
        List<Refusal> refusals = mergeAll(connection);
        Optional<String> checkNow = dialect.checkConstraintsNow();
        if (checkNow.isPresent() && !succeeds(connection, inside -> Sql.execute(inside, checkNow.get()))) {
            // A deferred constraint fails. If it is checked immediately, only the offending rows fail.
            connection.rollback(before);
            Sql.execute(connection, checkNow.get());
            refusals = mergeAll(connection);
        }
        connection.releaseSavepoint(before);
        checkTable(connection, refusals);
        return refusals;
    }

    private List<Refusal> mergeAll(Connection connection) throws SQLException {
        List<Refusal> refusals = new ArrayList<>();
        boolean onServer = rows.isOnServer(connection);
        boolean lastWindowWasAccepted = false;
        for (long from = 0; from < rows.count(); from += WINDOW) {
            Interruption.check(what);
            long first = from;
            long end = Math.min(from + WINDOW, rows.count());
            if (!lastWindowWasAccepted || !succeeds(connection, inside -> rows.merge(inside, first, end))) {
                List<Refusal> more = refusedOf(connection, onServer, first, end);
                lastWindowWasAccepted = more.isEmpty();
                refusals.addAll(more);
                rows.check(refusals);
            }
        }
        return withoutReferrers(connection, refusals);
    }

    /** Retries rows that may refer to later ones, after all others, unless a later row of their key was merged. */
    private List<Refusal> withoutReferrers(Connection connection, List<Refusal> refusals) throws SQLException {
        Map<Long, Refusal> left = new TreeMap<>();
        refusals.forEach(refusal -> left.put(refusal.number(), refusal));
        int before;
        do {
            before = left.size();
            for (Refusal refusal : List.copyOf(left.values())) {
                Interruption.check(what);
                long number = refusal.number();
                if (refusal.byForeignKey()
                        && rows.mayComeLate(number, left.keySet())
                        && succeeds(connection, inside -> rows.merge(inside, number, number + 1))) {
                    left.remove(number);
                }
            }
        } while (left.size() < before);
        return List.copyOf(left.values());
    }

    private List<Refusal> refusedOf(Connection connection, boolean onServer, long from, long to) throws SQLException {
        List<Refusal> found = new ArrayList<>();
        if (onServer && succeeds(connection, inside -> found.addAll(rows.oneByOne(inside, from, to)))) {
            return found;
        }
        return new Bisection(what, dialect.faults(), rows).run(connection, from, to);
    }

    private void checkTable(Connection connection, List<Refusal> refusals) throws SQLException {
        if (refusals.isEmpty() || refusals.size() < rows.valid()) {
            return;
        }
        long unsure = refusals.stream()
                .filter(refusal -> refusal.fault() != SqlFault.ROW)
                .count();
        if (unsure == 0) {
            return;
        }
        boolean others = unsure < refusals.size() || refusals.size() == 1;
        if (!others || !succeeds(connection, rows::nothing)) {
            throw new RefusedRowException(
                    what + " failed: " + refusals.get(0).description()
                            + ". Every row of the flush or batch fails, and the error may be about the table rather"
                            + " than a row, so no row became a dead letter. Fix the table or the role's rights, and"
                            + " restart.",
                    SqlFault.PERMANENT,
                    FailureKind.SCHEMA_CHANGED);
        }
    }

    private boolean succeeds(Connection connection, SqlAction work) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            work.run(connection);
            connection.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            if (!dialect.faults().of(e).mayBeARow()) {
                throw e;
            }
            connection.rollback(before);
            connection.releaseSavepoint(before);
            return false;
        }
    }
}
