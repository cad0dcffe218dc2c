package io.millrace.sinks.jdbc.postgres;

import static io.millrace.sinks.jdbc.dialect.PlannedColumn.joined;
import static io.millrace.sinks.jdbc.postgres.PostgresNames.quoted;

import io.millrace.sinks.jdbc.dialect.Digest;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.Refusal;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import io.millrace.sinks.jdbc.dialect.UpsertSpec;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;

/**
 * The rows of a flush, applied one after the other on the server. What the server would read on the way is staged as text, so
 * that it is the merge that refuses it.
 *
 * @param staged the columns of the stage but its own
 * @param stage creates a temporary table with a number for each row, empty in each transaction
 * @param merge applies one row
 */
record PostgresOneByOne(
        List<PlannedColumn> staged,
        List<PlannedColumn> ofDeletes,
        String stage,
        String copy,
        String numbers,
        String merge,
        String emptyStage)
        implements Serializable {
    private static final String MARK = "millrace_mark";
    private static final String ROW = "millrace_row";

    static PostgresOneByOne of(TableName table, UpsertSpec spec, List<PlannedColumn> planned) {
        List<PlannedColumn> columns =
                planned.stream().map(PostgresCodecs::readByTheMerge).toList();
        List<PlannedColumn> staged = PostgresCodecs.stagedColumns(columns);
        String types = joined(
                        staged,
                        column ->
                                quoted(column) + " " + PostgresCodecs.of(column).stagedType())
                + ", " + MARK + " bigint NOT NULL, " + ROW + " bigint PRIMARY KEY";
        String name = "millrace_" + Digest.of(PostgresUpsertSql.NAME_BYTES, "one by one", quoted(table), types);
        String stage = "pg_temp." + name;
        return new PostgresOneByOne(
                staged,
                spec.deleteColumns(columns),
                "CREATE TEMPORARY TABLE IF NOT EXISTS " + name + " (" + types + ") ON COMMIT DELETE ROWS",
                "COPY " + stage + " FROM STDIN (FORMAT binary)",
                "SELECT " + ROW + " FROM " + stage,
                merge(table, spec, columns, stage),
                "TRUNCATE " + stage);
    }

    /** Of rows of which several have one key, an upsert fails, and so do upserts and deletes together: then there are less. */
    private static String merge(TableName table, UpsertSpec spec, List<PlannedColumn> columns, String stage) {
        String range = " FROM " + stage + " WHERE " + ROW + " " + PostgresRowByRow.RANGE;
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
        Sql.execute(connection, stage);
        new PostgresMarkedCopy(staged, ofDeletes, isDelete).send(connection, copy, rows.iterator());
        List<Refusal> refusals = PostgresRowByRow.run(connection, numbers, merge);
        Sql.execute(connection, emptyStage);
        return refusals;
    }
}
