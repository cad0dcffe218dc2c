package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;

/** Brings a stage into the table without the rows that it refuses, which become dead letters in the same transaction. */
final class Sieve {
    private final ExactlyOncePlan plan;
    private final SieveSql sql;
    private final DeadLetterRule rule;
    private final DeadLetters letters;
    private final Stage stage;
    private final Long[] attempts;
    private long refused;

    Sieve(ExactlyOncePlan plan, SieveSql sql, DeadLetterRule rule, DeadLetters letters, Stage stage) {
        this.plan = plan;
        this.sql = sql;
        this.rule = rule;
        this.letters = letters;
        this.stage = stage;
        this.attempts = stage.attempts();
    }

    /** All in one piece, which fails where the table refuses a row; gives the number of rows that went in. */
    long whole(Connection connection) throws SQLException {
        keepUnfit(connection);
        sql.merge(connection, stage.name(), attempts);
        return stage.rows() - refused;
    }

    /**
     * Halves what is refused until single rows are left, the halves in the order of arrival, so that the last row of a key
     * that the table takes is the one that stays; gives the number of rows that went in.
     */
    long parts(Connection connection) throws SQLException {
        keepUnfit(connection);
        sift(connection, 0, stage.rows());
        return stage.rows() - refused;
    }

    private void keepUnfit(Connection connection) throws SQLException {
        refused = 0;
        SieveSql.Unfit unfit = sql.unfit(connection, stage.name(), attempts);
        if (unfit.rows() > 0) {
            count(unfit.rows(), unfit.reason());
            sql.keepUnfit(connection, stage.name(), attempts, letters);
        }
    }

    private void sift(Connection connection, long from, long to) throws SQLException {
        if (Interruption.isAsked()) {
            throw Interruption.of("Looking for rows that \"" + plan.table() + "\" refuses");
        }
        Savepoint before = connection.setSavepoint();
        try {
            sql.merge(connection, stage.name(), attempts, stage.number(from), stage.number(to - 1));
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            if (faults().of(e) != SqlFault.ROW) {
                throw e;
            }
            connection.rollback(before);
            connection.releaseSavepoint(before);
            if (to - from == 1) {
                refuse(connection, stage.number(from), e);
            } else {
                long middle = (from + to) / 2;
                sift(connection, from, middle);
                sift(connection, middle, to);
            }
        }
    }

    private void refuse(Connection connection, long number, SQLException refusal) throws SQLException {
        count(1, faults().told(refusal));
        letters.add(connection, sql.row(connection, stage.name(), attempts, number), refusal);
    }

    private void count(long more, String reason) {
        refused += more;
        if (rule.tooMany(refused, stage.rows())) {
            throw new RefusedRowException("\"" + plan.table() + "\" refuses " + refused + " of " + stage.rows()
                    + " rows and maybe more, which is more than deadLettersAtMost(" + rule.share()
                    + ") allows; the last of them: " + reason + ".");
        }
    }

    private SqlFaults faults() {
        return plan.target().database().dialect().faults();
    }
}
