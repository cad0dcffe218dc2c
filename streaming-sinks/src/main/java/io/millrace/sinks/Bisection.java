package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings numbered rows into a table without those that it refuses: halves what is refused until single rows are left, the
 * halves in the order of arrival, so that each row meets what those before it have left. In the caller's transaction.
 */
final class Bisection {
    private final String what;
    private final SqlFaults faults;
    private final Part part;
    private final List<Refusal> refusals = new ArrayList<>();

    Bisection(String what, SqlFaults faults, Part part) {
        this.what = what;
        this.faults = faults;
        this.part = part;
    }

    /** The rows from one number up to another that were refused. */
    List<Refusal> run(Connection connection, long from, long to) throws SQLException {
        refusals.clear();
        if (from < to) {
            halve(connection, from, to);
        }
        return List.copyOf(refusals);
    }

    private void halve(Connection connection, long from, long to) throws SQLException {
        Interruption.check(what);
        Savepoint before = connection.setSavepoint();
        try {
            part.merge(connection, from, to);
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            if (!faults.of(e).mayBeARow()) {
                throw e;
            }
            connection.rollback(before);
            connection.releaseSavepoint(before);
            if (to - from == 1) {
                refusals.add(Refusal.of(from, e, faults));
            } else {
                long middle = (from + to) / 2;
                halve(connection, from, middle);
                halve(connection, middle, to);
            }
        }
    }

    /** Merges the rows from one number up to another, or throws. */
    @FunctionalInterface
    interface Part {
        void merge(Connection connection, long from, long to) throws SQLException;
    }
}
