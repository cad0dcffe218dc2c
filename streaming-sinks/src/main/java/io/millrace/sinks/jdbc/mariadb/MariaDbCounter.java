package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.Flaw;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.TableUse;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/**
 * An AUTO_INCREMENT column that the stream does not have.
 *
 * @param left how many numbers are left for it
 */
record MariaDbCounter(String column, BigDecimal left) {
    /** The numbers of a new int column. */
    private static final BigDecimal FEW = BigDecimal.valueOf(1L << 31);

    private static final String COUNTERS = """
            SELECT c.COLUMN_NAME,
                   CAST(CASE c.DATA_TYPE WHEN 'tinyint' THEN 127 WHEN 'smallint' THEN 32767
                                     WHEN 'mediumint' THEN 8388607
                                         WHEN 'int' THEN 2147483647 ELSE 9223372036854775807 END AS DECIMAL(30))
                   * IF(c.COLUMN_TYPE LIKE '%unsigned%', 2, 1) + IF(c.COLUMN_TYPE LIKE '%unsigned%', 1, 0)
                   - CAST(t.AUTO_INCREMENT AS DECIMAL(30)) + 1
            FROM information_schema.COLUMNS c
            JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
            WHERE c.TABLE_SCHEMA = COALESCE(?, DATABASE()) AND c.TABLE_NAME = ? AND c.EXTRA LIKE '%auto_increment%'
                  AND t.AUTO_INCREMENT IS NOT NULL
            """;

    /**
     * Warns of a column that may run out of numbers, since upserts of known keys take numbers too; empty if the
     * stream's columns are not known.
     */
    static List<Flaw> notes(Connection connection, TableName table, TableUse use) throws SQLException {
        Set<String> given = use.given();
        if (given == null || !use.conflicts()) {
            return List.of();
        }
        return Sql.rows(
                        connection,
                        COUNTERS,
                        found -> new MariaDbCounter(found.getString(1), found.getBigDecimal(2)),
                        table.schema(),
                        table.name())
                .stream()
                .filter(counter -> given.stream().noneMatch(counter.column::equalsIgnoreCase))
                .filter(counter -> counter.left.compareTo(FEW) < 0)
                .map(MariaDbCounter::note)
                .toList();
    }

    private Flaw note() {
        return new Flaw(
                "each row takes a number of its AUTO_INCREMENT column \"" + column
                        + "\", whether its key is new or known, and " + left.toBigInteger() + " are left",
                "Make it a bigint before they are exhausted.");
    }
}
