package io.millrace.sinks;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** Brings a stage into the table without the rows that it refuses, which become dead letters in the same transaction. */
final class DeadLetterMerge {
    private final String what;
    private final ExactlyOncePlan plan;
    private final DeadLetterMergeSql sql;
    private final DeadLetterRule rule;
    private final DeadLetters letters;
    private final StagingTable stage;
    private final Long[] attempts;
    private long refused;

    /** @param what for messages */
    DeadLetterMerge(
            String what,
            ExactlyOncePlan plan,
            DeadLetterMergeSql sql,
            DeadLetterRule rule,
            DeadLetters letters,
            StagingTable stage) {
        this.what = what;
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
     * One row after the other in the order of arrival, so that the last row of a key that the table takes is the one that
     * stays; gives the number of rows that went in.
     */
    long parts(Connection connection) throws SQLException {
        keepUnfit(connection);
        long unfit = refused;
        List<Refusal> refusals = new RefusedRows(
                        "Merge into \"" + plan.table() + "\"", plan.database().dialect(), new StagedRows(unfit))
                .write(connection);
        refusals.forEach(refusal -> count(1, refusal.description()));
        letters.add(connection, letters(connection, refusals));
        return stage.rows() - refused;
    }

    private List<DeadLetter> letters(Connection connection, List<Refusal> refusals) throws SQLException {
        Long[] numbers =
                refusals.stream().map(refusal -> stage.number(refusal.number())).toArray(Long[]::new);
        List<Row> rows = sql.rows(connection, stage.name(), attempts, numbers);
        return IntStream.range(0, numbers.length)
                .mapToObj(index -> new DeadLetter(
                        rows.get(index),
                        refusals.get(index).state(),
                        refusals.get(index).reason()))
                .toList();
    }

    private void keepUnfit(Connection connection) throws SQLException {
        refused = 0;
        DeadLetterMergeSql.Unfit unfit = sql.unfit(connection, stage.name(), attempts);
        stage.checkIsWhole(what, unfit.staged());
        if (unfit.rows() > 0) {
            count(unfit.rows(), unfit.reason());
            sql.keepUnfit(connection, stage.name(), attempts, letters);
        }
    }

    private void count(long more, String reason) {
        refused += more;
        if (rule.tooMany(refused, stage.rows())) {
            throw new RefusedRowException("\"" + plan.table() + "\" refuses " + refused + " of " + stage.rows()
                    + " rows and maybe more, which is more than deadLettersAtMost(" + rule.share()
                    + ") allows; the last of them: " + reason + ".");
        }
    }

    /** All of the stage, in which rows that do not fit are passed over. */
    private final class StagedRows implements RefusedRows.Rows {
        private final long unfit;

        StagedRows(long unfit) {
            this.unfit = unfit;
        }

        @Override
        public long count() {
            return stage.rows();
        }

        @Override
        public long fit() {
            return stage.rows() - unfit;
        }

        @Override
        public void merge(Connection connection, long from, long to) throws SQLException {
            sql.merge(connection, stage.name(), attempts, stage.number(from), stage.number(to - 1));
        }

        @Override
        public boolean isOnServer(Connection connection) throws SQLException {
            return sql.isOneByOne(connection);
        }

        @Override
        public List<Refusal> oneByOne(Connection connection, long from, long to) throws SQLException {
            return sql.oneByOne(connection, stage.name(), attempts, stage.number(from), stage.number(to - 1)).stream()
                    .map(refusal -> refusal.at(stage.row(refusal.number())))
                    .toList();
        }

        @Override
        public void nothing(Connection connection) throws SQLException {
            sql.merge(connection, stage.name(), attempts, 1, 0);
        }

        @Override
        public boolean mayComeLate(long number, Set<Long> refusedRows) {
            return !plan.rule().upserts();
        }

        /** Before much more is tried. */
        @Override
        public void check(List<Refusal> refusals) {
            if (rule.tooMany(unfit + refusals.size(), stage.rows())) {
                refusals.forEach(refusal -> DeadLetterMerge.this.count(1, refusal.description()));
            }
        }
    }
}
