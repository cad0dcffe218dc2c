package io.millrace.sinks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;

/** Brings rows into a table of MariaDB, in the order of the key where it may. */
final class MariaDbFlush implements UpsertSql.Flush {
    private final MariaDbUpsertSql sql;
    private final MariaDbInsert insert;
    private final KeyOrder order;
    private final List<MariaDbValue> deletes;
    private final boolean keysAreExact;

    MariaDbFlush(MariaDbUpsertSql sql) {
        this.sql = sql;
        this.insert = new MariaDbInsert(sql.into(), sql.end(), sql.columns(), 0);
        this.order = new KeyOrder(sql.columns());
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
    public Map<Integer, SQLException> upsertEach(Connection connection, List<Row> rows) throws SQLException {
        return new MariaDbRowByRow(insert, sql.known()).send(connection, rows);
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
    public void check(Row row) throws UnfitValueException {
        insert.check(row);
    }

    @Override
    public int[] sameKeys(Connection connection, List<Row> rows) throws SQLException {
        return sql.keys().sameKeys(connection, rows);
    }

    /** Nothing stands in the way: there is no stage. */
    @Override
    public void again(Connection connection) {}
}
