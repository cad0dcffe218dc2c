package io.millrace.sinks.jdbc.mariadb;

import static io.millrace.sinks.jdbc.dialect.PlannedColumn.joined;
import static io.millrace.sinks.jdbc.mariadb.MariaDbNames.quoted;

import io.millrace.sinks.jdbc.dialect.ExactlyOnceSql;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;

/**
 * An exactly-once micro-batch on MariaDB: the rows of a single task are inserted directly into the table as they
 * arrive, those of several tasks through a staging table.
 */
record MariaDbExactlyOnceSql(TableName table, List<PlannedColumn> columns) implements ExactlyOnceSql {
    /** Needs nothing: each statement has its rows, and the session waits long enough for the next. */
    @Override
    public void awaitRows(Connection connection) {}

    @Override
    public long write(Connection connection, Iterator<Row> rows) throws SQLException {
        return new MariaDbInsert(MariaDbUpsertSql.into(table, columns), orUpdate(), columns, 0).send(connection, rows);
    }

    @Override
    public void create(Connection connection, TableName staging) throws SQLException {
        Sql.execute(
                connection,
                "CREATE TABLE " + quoted(staging) + " ("
                        + joined(columns, column -> MariaDbNames.typed(column) + " NULL") + ", " + sequence()
                        + " bigint NOT NULL, " + attempt() + " bigint NOT NULL) ENGINE = InnoDB");
    }

    @Override
    public long stage(Connection connection, TableName staging, Iterator<Row> rows, long attempt, long sequence)
            throws SQLException {
        String into = "INSERT INTO " + quoted(staging) + " (" + joined(columns, MariaDbNames::quoted) + ", "
                + sequence() + ", " + attempt() + ") ";
        return new MariaDbInsert(into, "", columns, 2).send(connection, rows, sequence, attempt);
    }

    @Override
    public long count(Connection connection, TableName staging, Long[] attempts) throws SQLException {
        return Sql.rows(
                        connection,
                        "SELECT count(*) FROM " + quoted(staging) + where(attempts),
                        found -> found.getLong(1))
                .get(0);
    }

    @Override
    public void merge(Connection connection, TableName staging, Long[] attempts) throws SQLException {
        List<PlannedColumn> keys = PlannedColumn.keys(columns);
        String names = joined(columns, MariaDbNames::quoted);
        // The server applies the rows in this order and compares keys like the table, so the last row of a key stays.
        String order = keys.isEmpty() ? "" : " ORDER BY " + joined(keys, MariaDbNames::quoted) + ", " + sequence();
        Sql.execute(
                connection,
                "INSERT INTO " + quoted(table) + " (" + names + ") SELECT " + names + " FROM " + quoted(staging)
                        + where(attempts) + order + orUpdate());
    }

    /** Commits earlier work, as all DDL of MariaDB does. */
    @Override
    public void drop(Connection connection, TableName staging) throws SQLException {
        Sql.execute(connection, "DROP TABLE IF EXISTS " + quoted(staging));
    }

    @Override
    public String stagesQuery() {
        return "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND LOCATE(?, TABLE_NAME) = 1";
    }

    private String orUpdate() {
        if (!upserts()) {
            return "";
        }
        List<PlannedColumn> values =
                columns.stream().filter(column -> !column.key()).toList();
        return " ON DUPLICATE KEY UPDATE "
                + joined(
                        values.isEmpty() ? columns : values,
                        column -> quoted(column) + " = VALUES(" + quoted(column) + ")");
    }

    private String sequence() {
        return MariaDbNames.unlike(SEQUENCE, columns);
    }

    private String attempt() {
        return MariaDbNames.unlike(ATTEMPT, columns);
    }

    /** Writes the attempts into the statement: they are numbers of the sink. */
    private String where(Long[] attempts) {
        String all = Arrays.stream(attempts).map(Object::toString).collect(Collectors.joining(", "));
        return " WHERE " + attempt() + " IN (" + (all.isEmpty() ? "NULL" : all) + ")";
    }

    private boolean upserts() {
        return columns.stream().anyMatch(PlannedColumn::key);
    }
}
