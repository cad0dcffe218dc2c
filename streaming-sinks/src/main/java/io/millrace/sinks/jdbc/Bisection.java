package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Interruption;
import io.millrace.sinks.jdbc.dialect.Refusal;
import io.millrace.sinks.jdbc.dialect.SqlFaults;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;

/**
 * Merges numbered rows except those that the table refuses, in the caller's transaction: splits a refused range in half
 * until single rows are left. Halves are merged in their order of arrival, so that each row sees the effect of all
 * earlier rows.
 */
final class Bisection {
    private final String what;
    private final SqlFaults faults;
    private final NumberedRows rows;
    private final List<Refusal> refusals = new ArrayList<>();

    Bisection(String what, SqlFaults faults, NumberedRows rows) {
        this.what = what;
        this.faults = faults;
        this.rows = rows;
    }

    /** Returns the refused rows in a range of numbers. */
    List<Refusal> run(Connection connection, long from, long to) throws SQLException {
        refusals.clear();
        if (from < to) {
            bisect(connection, from, to);
        }
        return List.copyOf(refusals);
    }

    private void bisect(Connection connection, long from, long to) throws SQLException {
        Interruption.check(what);
        Savepoint before = connection.setSavepoint();
        try {
            rows.merge(connection, from, to);
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
                bisect(connection, from, middle);
                bisect(connection, middle, to);
            }
        }
    }
}
