package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Brings rows into a table without those that it refuses, which it finds. A refused row is one that fails alone while others
 * go in: an error that every row meets is the table's.
 */
final class RefusedRows {
    /** As many rows as one statement goes through one by one: not too long for its time-out. */
    private static final long WINDOW = 5_000;

    private static final String UNKNOWN_REFERENCE = "23503";

    private final String what;
    private final Dialect dialect;
    private final Rows rows;

    /** @param what for messages */
    RefusedRows(String what, Dialect dialect, Rows rows) {
        this.what = what;
        this.dialect = dialect;
        this.rows = rows;
    }

    /**
     * Merges all that can be merged, in the caller's transaction, and gives the others.
     *
     * @throws RefusedRowException if the fault is the table's, and not that of rows
     */
    List<Refusal> write(Connection connection) throws SQLException {
        Savepoint before = connection.setSavepoint();
        List<Refusal> refusals = pass(connection);
        Optional<String> checkNow = dialect.checkConstraintsNow();
        if (checkNow.isPresent() && !succeeds(connection, part -> Sql.execute(part, checkNow.get()))) {
            // Some constraint waits for the end of the transaction: now each row meets it.
            connection.rollback(before);
            Sql.execute(connection, checkNow.get());
            refusals = pass(connection);
        }
        connection.releaseSavepoint(before);
        judge(connection, refusals);
        return refusals;
    }

    private List<Refusal> pass(Connection connection) throws SQLException {
        List<Refusal> refusals = new ArrayList<>();
        boolean onServer = rows.isOnServer(connection);
        boolean sound = false;
        for (long from = 0; from < rows.count(); from += WINDOW) {
            Interruption.check(what);
            long first = from;
            long end = Math.min(from + WINDOW, rows.count());
            if (!sound || !succeeds(connection, part -> rows.merge(part, first, end))) {
                List<Refusal> more = refused(connection, onServer, first, end);
                sound = more.isEmpty();
                refusals.addAll(more);
                rows.check(refusals);
            }
        }
        return withoutReferrers(connection, refusals);
    }

    /** Rows may refer to later ones: they are merged once more after all others, unless their keys have gone on. */
    private List<Refusal> withoutReferrers(Connection connection, List<Refusal> refusals) throws SQLException {
        Map<Long, Refusal> left = new TreeMap<>();
        refusals.forEach(refusal -> left.put(refusal.number(), refusal));
        int before;
        do {
            before = left.size();
            for (Refusal refusal : List.copyOf(left.values())) {
                long number = refusal.number();
                if (refusal.state().equals(UNKNOWN_REFERENCE)
                        && rows.mayComeLate(number, left.keySet())
                        && succeeds(connection, part -> rows.merge(part, number, number + 1))) {
                    left.remove(number);
                }
            }
        } while (left.size() < before);
        return List.copyOf(left.values());
    }

    private List<Refusal> refused(Connection connection, boolean onServer, long from, long to) throws SQLException {
        List<Refusal> found = new ArrayList<>();
        if (onServer && succeeds(connection, part -> found.addAll(rows.oneByOne(part, from, to)))) {
            return found;
        }
        return new Bisection(what, dialect.faults(), rows::merge).run(connection, from, to);
    }

    private void judge(Connection connection, List<Refusal> refusals) throws SQLException {
        if (refusals.isEmpty() || refusals.size() < rows.fit()) {
            return;
        }
        long unsure = refusals.stream().filter(refusal -> !isSure(refusal)).count();
        if (unsure == 0) {
            return;
        }
        boolean others = unsure < refusals.size() || refusals.size() == 1;
        if (!others || !succeeds(connection, rows::nothing)) {
            throw new RefusedRowException(
                    what + " failed: " + refusals.get(0).description()
                            + ". Every row of the flush or batch meets an error that is"
                            + " not known to be a row's, so that it is taken for the table's, and none became a dead"
                            + " letter. Fix the table, or the role's rights, and restart.",
                    SqlFault.PERMANENT);
        }
    }

    private boolean isSure(Refusal refusal) {
        return dialect.faults().of(new SQLException(null, refusal.state())) == SqlFault.ROW;
    }

    private boolean succeeds(Connection connection, Retries.Transaction work) throws SQLException {
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

    /** Rows with numbers from zero on, in their order of arrival. */
    interface Rows {
        long count();

        /** How many of them can be sent at all. */
        long fit();

        /** Merges the rows from one number up to another, or throws. */
        void merge(Connection connection, long from, long to) throws SQLException;

        /** Whether the server can go through them one by one, by {@link #oneByOne}. */
        boolean isOnServer(Connection connection) throws SQLException;

        /** Merges each row, or gives its refusal. */
        List<Refusal> oneByOne(Connection connection, long from, long to) throws SQLException;

        /** The same without a row: what fails now is not a row's fault. */
        void nothing(Connection connection) throws SQLException;

        /** Whether a refused row may still be merged after all others: no later row of its key went in. */
        boolean mayComeLate(long number, Set<Long> refused);

        /** Throws if these are too many. */
        default void check(List<Refusal> refusals) {}
    }
}
