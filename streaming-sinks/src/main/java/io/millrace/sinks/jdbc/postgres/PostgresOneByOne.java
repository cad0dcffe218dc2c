package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.Refusal;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.UpsertSpec;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;

/**
 * Applies the rows of a flush one after the other on the server. Values that the server would parse on arrival are
 * staged as text, so that the merge refuses them.
 *
 * @param staged the columns of the temporary table without those that it adds
 * @param merge applies one row
 */
record PostgresOneByOne(
        List<PlannedColumn> staged,
        List<PlannedColumn> ofDeletes,
        PostgresTemporaryTable temporary,
        String numbers,
        String merge)
        implements Serializable {
    private static final String MARK = "millrace_mark";
    private static final String ROW = "millrace_row";

    static PostgresOneByOne of(TableName table, UpsertSpec spec, List<PlannedColumn> planned) {
        List<PlannedColumn> columns =
                planned.stream().map(PostgresStagedColumns::readByTheMerge).toList();
        List<PlannedColumn> staged = PostgresStagedColumns.stagedColumns(columns);
        PostgresTemporaryTable temporary = PostgresTemporaryTable.of(
                "one by one",
                table,
                PostgresStagedColumns.typed(staged) + ", " + MARK + " bigint NOT NULL, " + ROW + " bigint PRIMARY KEY");
        return new PostgresOneByOne(
                staged,
                spec.deleteColumns(columns),
                temporary,
                "SELECT " + ROW + " FROM " + temporary.sql(),
                merge(table, spec, columns, temporary.sql()));
    }

    /**
     * Fails for a range with several rows of a key, and for one with both upserts and deletes: such a range is split.
     */
    private static String merge(TableName table, UpsertSpec spec, List<PlannedColumn> columns, String staging) {
        String range = " FROM " + staging + " WHERE " + ROW + " " + PostgresRowByRow.RANGE;
        String source = "(SELECT *" + range + ") AS staged";
        List<PlannedColumn> ofDeletes = spec.deleteColumns(columns);
        boolean mayBeNull = ofDeletes.stream().anyMatch(PlannedColumn::keyMayBeNull);
        String upsert = PostgresUpsertSql.mergeInOrder(table, spec, columns, source, ROW);
        return spec.deleteMark() == null
                ? upsert
                : "CASE (SELECT CASE WHEN min(" + MARK + ") = max(" + MARK + ") THEN min(" + MARK + ") END" + range
                        + ") WHEN 1 THEN "
                        + PostgresUpsertSql.delete(table, spec, ofDeletes, source, mayBeNull) + "; WHEN 0 THEN "
                        + upsert + "; ELSE RAISE CARDINALITY_VIOLATION; END CASE";
    }

    List<Refusal> run(Connection connection, List<Row> rows, Predicate<Row> isDelete) throws SQLException {
        temporary.fill(connection, new PostgresMarkedCopy(staged, ofDeletes, isDelete), rows);
        List<Refusal> refusals = PostgresRowByRow.run(connection, numbers, merge);
        temporary.clear(connection);
        return refusals;
    }
}
