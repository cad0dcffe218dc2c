package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.DeadLetter;
import io.millrace.sinks.jdbc.dialect.DeadLetterMergeSql;
import io.millrace.sinks.jdbc.dialect.Dialect;
import io.millrace.sinks.jdbc.dialect.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** Merges staged rows. Those that the table refuses become dead letters in the same transaction. */
final class DeadLetterMerge implements StagedMerge {
    private final String what;
    private final DeadLetterMergeSql sql;
    private final boolean upserts;
    private final Dialect dialect;
    private final DeadLetterRule rule;
    private final KeptLetters letters;
    private final StagingTable staging;
    private final Long[] attempts;
    private long refused;

    /**
     * @param what names the batch in messages
     * @param upserts whether rows have keys
     */
    DeadLetterMerge(
            String what,
            DeadLetterMergeSql sql,
            boolean upserts,
            Dialect dialect,
            DeadLetterRule rule,
            KeptLetters letters,
            StagingTable staging) {
        this.what = what;
        this.sql = sql;
        this.upserts = upserts;
        this.dialect = dialect;
        this.rule = rule;
        this.letters = letters;
        this.staging = staging;
        this.attempts = staging.attempts();
    }

    /**
     * Merges all valid rows in one statement, which fails if the table refuses a row; returns the number of merged
     * rows.
     */
    @Override
    public long whole(Connection connection) throws SQLException {
        countInvalid(connection);
        sql.merge(connection, staging.name(), attempts);
        if (refused > 0) {
            keepInvalid(connection);
        }
        return staging.rows() - refused;
    }

    /**
     * Merges the rows in the order of arrival except those that the table refuses, so that the last accepted row of a
     * key stays; returns the number of merged rows.
     */
    @Override
    public long rowByRow(Connection connection) throws SQLException {
        countInvalid(connection);
        long invalid = refused;
        List<Refusal> refusals = new RefusedRows(
                        "Merge into \"" + sql.table() + "\"", dialect, new RowsInOrder(invalid))
                .write(connection);
        refusals.forEach(refusal -> count(1, refusal.description()));
        if (invalid > 0) {
            keepInvalid(connection);
        }
        letters.add(connection, letters(connection, refusals));
        return staging.rows() - refused;
    }

    @Override
    public boolean keepsRefusedRows() {
        return true;
    }

    @Override
    public void prepareRowByRow(Connection connection) throws SQLException {
        sql.prepareRanges(connection, staging.name());
    }

    private List<DeadLetter> letters(Connection connection, List<Refusal> refusals) throws SQLException {
        Long[] numbers = refusals.stream()
                .map(refusal -> staging.number(refusal.number()))
                .toArray(Long[]::new);
        List<Row> rows = sql.rows(connection, staging.name(), attempts, numbers);
        return IntStream.range(0, numbers.length)
                .mapToObj(index -> new DeadLetter(
                        rows.get(index),
                        refusals.get(index).state(),
                        refusals.get(index).reason()))
                .toList();
    }

    private void countInvalid(Connection connection) throws SQLException {
        refused = 0;
        DeadLetterMergeSql.StagedCounts counts = sql.counts(connection, staging.name(), attempts);
        staging.checkIsWhole(what, counts.rows());
        if (counts.invalid() > 0) {
            count(counts.invalid(), counts.reason());
        }
    }

    /** After the merge, which may fail: letters that are sent are not taken back. */
    private void keepInvalid(Connection connection) throws SQLException {
        sql.keepInvalid(connection, staging.name(), attempts, letters);
    }

    private void count(long more, String reason) {
        refused += more;
        if (rule.tooMany(refused, staging.rows())) {
            throw new RefusedRowException("\"" + sql.table() + "\" refuses " + refused + " of " + staging.rows()
                    + " rows and maybe more, which is more than deadLettersAtMost(" + rule.share()
                    + ") allows; the last of them: " + reason + ".");
        }
    }

    /** The staged rows; a merge skips the invalid ones. */
    private final class RowsInOrder implements NumberedRows {
        private final long invalid;

        RowsInOrder(long invalid) {
            this.invalid = invalid;
        }

        @Override
        public long count() {
            return staging.rows();
        }

        @Override
        public long valid() {
            return staging.rows() - invalid;
        }

        @Override
        public void merge(Connection connection, long from, long to) throws SQLException {
            sql.merge(connection, staging.name(), attempts, staging.number(from), staging.number(to - 1));
        }

        @Override
        public boolean isOnServer(Connection connection) throws SQLException {
            return sql.isOneByOne(connection);
        }

        @Override
        public List<Refusal> oneByOne(Connection connection, long from, long to) throws SQLException {
            return sql
                    .oneByOne(connection, staging.name(), attempts, staging.number(from), staging.number(to - 1))
                    .stream()
                    .map(refusal -> refusal.at(staging.row(refusal.number())))
                    .toList();
        }

        @Override
        public void nothing(Connection connection) throws SQLException {
            sql.merge(connection, staging.name(), attempts, 1, 0);
        }

        @Override
        public boolean mayComeLate(long number, Set<Long> refusedRows) {
            return !upserts;
        }

        /** Fails early, before more ranges are merged. */
        @Override
        public void check(List<Refusal> refusals) {
            if (rule.tooMany(invalid + refusals.size(), staging.rows())) {
                refusals.forEach(refusal -> DeadLetterMerge.this.count(1, refusal.description()));
            }
        }
    }
}
