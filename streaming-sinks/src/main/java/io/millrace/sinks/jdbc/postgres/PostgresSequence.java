package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.Flaw;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableUse;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sequence that generates values of a column that the stream does not have.
 *
 * @param left how many numbers are left for the column; null if unknown
 */
record PostgresSequence(
        String column,
        String name,
        boolean mayUse,
        @Nullable BigDecimal left) {
    /** The numbers of a new int column. Every upsert takes one, even if its key is known. */
    private static final BigDecimal FEW = BigDecimal.valueOf(1L << 31);

    private static final String SEQUENCES = """
            SELECT a.attname, s.oid::regclass::text,
                   a.attidentity <> '' OR has_sequence_privilege(s.oid, 'USAGE')
                       OR has_sequence_privilege(s.oid, 'UPDATE'),
                   CASE WHEN NOT q.seqcycle AND q.seqincrement > 0 AND has_sequence_privilege(s.oid, 'SELECT, USAGE')
                        THEN div(least(q.seqmax, CASE a.atttypid WHEN 'int2'::regtype THEN 32767
                                                                 WHEN 'int4'::regtype THEN 2147483647
                                                                 ELSE q.seqmax END)
                                 - coalesce(pg_sequence_last_value(s.oid), q.seqstart - q.seqincrement)::numeric,
                                 q.seqincrement) END
            FROM pg_attribute a
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.attgenerated = ''
            JOIN pg_depend dep ON (dep.classid = 'pg_attrdef'::regclass AND dep.objid = d.oid
                                   AND dep.refclassid = 'pg_class'::regclass)
                               OR (dep.classid = 'pg_class'::regclass AND dep.refclassid = 'pg_class'::regclass
                                   AND dep.refobjid = a.attrelid AND dep.refobjsubid = a.attnum AND dep.deptype = 'i')
            JOIN pg_class s ON s.relkind = 'S'
                            AND s.oid = CASE dep.classid WHEN 'pg_class'::regclass THEN dep.objid ELSE dep.refobjid END
            JOIN pg_sequence q ON q.seqrelid = s.oid
            WHERE a.attrelid = ? AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
            """;

    /** Finds the sequences that a use of the table takes numbers from; none if the stream's columns are not known. */
    static List<PostgresSequence> of(Connection connection, long table, TableUse use) throws SQLException {
        Set<String> given = use.given();
        return given == null
                ? List.of()
                : Sql.rows(connection, SEQUENCES, PostgresSequence::of, table).stream()
                        .filter(sequence -> !given.contains(sequence.column))
                        .toList();
    }

    /** Warns of sequences that may run out, since upserts of known keys take numbers too. */
    static List<Flaw> notes(Connection connection, long table, TableUse use) throws SQLException {
        return of(connection, table, use).stream()
                .filter(sequence -> use.conflicts())
                .flatMap(sequence -> sequence.note().stream())
                .toList();
    }

    private static PostgresSequence of(ResultSet row) throws SQLException {
        return new PostgresSequence(row.getString(1), row.getString(2), row.getBoolean(3), row.getBigDecimal(4));
    }

    /** Explains why no row can be inserted. */
    Optional<Flaw> flaw() {
        if (!mayUse) {
            return Optional.of(new Flaw(
                    "its column \"" + column + "\" takes its values from the sequence " + name
                            + ", which this role may not use",
                    "GRANT USAGE ON SEQUENCE " + name + " to that role."));
        }
        return left != null && left.signum() <= 0
                ? Optional.of(new Flaw(
                        "the sequence " + name + " of its column \"" + column + "\" is exhausted",
                        "Make column and sequence a bigint, or drop the column's default."))
                : Optional.empty();
    }

    private Optional<Flaw> note() {
        return left != null && left.compareTo(FEW) < 0
                ? Optional.of(new Flaw(
                        "each row takes a number from the sequence " + name + " of its column \"" + column
                                + "\", whether its key is new or known, and " + left.toBigInteger() + " are left",
                        "Make column and sequence a bigint before they are exhausted."))
                : Optional.empty();
    }
}
