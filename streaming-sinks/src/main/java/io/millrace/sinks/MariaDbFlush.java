package io.millrace.sinks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.apache.spark.sql.Row;

/** Brings rows into a table of MariaDB, always in the order of the key. */
final class MariaDbFlush implements UpsertSql.Flush {
    private final MariaDbUpsertSql sql;
    private final MariaDbInsert insert;
    private final KeyOrder order;
    private final List<MariaDbValue> deletes;

    MariaDbFlush(MariaDbUpsertSql sql) {
        this.sql = sql;
        this.insert = new MariaDbInsert(sql.into(), sql.end(), sql.columns(), 0);
        this.order = new KeyOrder(sql.columns());
        this.deletes = MariaDbValue.of(sql.deleteColumns());
    }

    @Override
    public void upsert(Connection connection, List<Row> rows) throws SQLException {
        insert.send(connection, rows.stream().sorted(order).iterator());
    }

    @Override
    public void delete(Connection connection, List<Row> rows) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(sql.delete())) {
            for (Row row : rows.stream().sorted(order).toList()) {
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
    public int[] sameKeys(Connection connection, List<Row> rows) {
        throw new UnsupportedOperationException("Java tells these keys apart");
    }

    /** Nothing stands in the way: there is no stage. */
    @Override
    public void again(Connection connection) {}
}
