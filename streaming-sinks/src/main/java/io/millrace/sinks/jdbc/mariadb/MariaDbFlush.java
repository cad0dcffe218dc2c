package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.Refusal;
import io.millrace.sinks.jdbc.dialect.Sql;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;

/** Writes rows into a table of MariaDB, in the order of the key if possible. */
final class MariaDbFlush implements UpsertSql.Flush {
    private final MariaDbUpsertSql sql;
    private final MariaDbInsert insert;
    private final MariaDbKeyOrder order;
    private final List<MariaDbValue> deletes;
    private final boolean keysAreExact;

    MariaDbFlush(MariaDbUpsertSql sql) {
        this.sql = sql;
        this.insert = new MariaDbInsert(sql.into(), sql.end(), sql.columns(), 0);
        this.order = new MariaDbKeyOrder(sql.columns());
        this.deletes = MariaDbValue.of(sql.deleteColumns());
        this.keysAreExact = PlannedColumn.keys(sql.columns()).stream()
                .allMatch(key -> MariaDbKeyForms.of(key.type()).isPresent());
    }

    @Override
    public void upsert(Connection connection, List<Row> rows) throws SQLException {
        List<Row> ordered = rows.stream().sorted(order).toList();
        insert.send(connection, sql.known().update(connection, ordered).iterator());
    }

    @Override
    public void delete(Connection connection, List<Row> rows) throws SQLException {
        List<Row> ordered = rows.stream().sorted(order).toList();
        if (keysAreExact) {
            deleteEach(connection, ordered);
        } else {
            sql.keys().delete(connection, ordered);
        }
    }

    private void deleteEach(Connection connection, List<Row> rows) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql.delete())) {
            for (Row row : rows) {
                for (int index = 0; index < deletes.size(); index++) {
                    delete.setObject(index + 1, deletes.get(index).in(row));
                }
                delete.addBatch();
            }
            delete.executeBatch();
        }
    }

    @Override
    public void check(Row row) throws InvalidValueException {
        insert.check(row);
    }

    @Override
    public void checkDelete(Row row) throws InvalidValueException {
        for (MariaDbValue value : deletes) {
            value.in(row);
        }
    }

    @Override
    public boolean isOneByOne(Connection connection) {
        return true;
    }

    @Override
    public List<Refusal> oneByOne(Connection connection, List<Row> rows, Predicate<Row> isDelete) throws SQLException {
        List<Refusal> refusals = new ArrayList<>();
        for (int from = 0; from < rows.size(); ) {
            boolean delete = isDelete.test(rows.get(from));
            int to = from + 1;
            while (!delete && to < rows.size() && !isDelete.test(rows.get(to))) {
                to++;
            }
            int first = from;
            (delete
                            ? deleteAlone(connection, rows.get(from))
                            : new MariaDbRowByRow(insert, sql.known()).send(connection, rows.subList(from, to)))
                    .forEach((place, refusal) ->
                            refusals.add(Refusal.of((long) first + place, refusal, MariaDbFaults.ALL)));
            from = to;
        }
        return refusals;
    }

    private Map<Integer, SQLException> deleteAlone(Connection connection, Row row) throws SQLException {
        try {
            delete(connection, List.of(row));
            return Map.of();
        } catch (SQLException e) {
            if (!MariaDbFaults.mayBeAboutARow(e)) {
                throw e;
            }
            return Map.of(0, e);
        }
    }

    @Override
    public void nothing(Connection connection, boolean delete) throws SQLException {
        Sql.execute(connection, delete ? sql.deleteNothing() : sql.insertNothing());
    }

    @Override
    public int[] sameKeys(Connection connection, List<Row> rows) throws SQLException {
        return sql.keys().sameKeys(connection, rows);
    }

    /** Does nothing, since rows need no temporary table. */
    @Override
    public void clear(Connection connection) {}
}
