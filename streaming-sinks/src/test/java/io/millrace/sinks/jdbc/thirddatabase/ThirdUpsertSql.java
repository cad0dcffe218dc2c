package io.millrace.sinks.jdbc.thirddatabase;

import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.UpsertSpec;
import io.millrace.sinks.jdbc.dialect.UpsertSql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.Row;

/** An upsert by one INSERT a row, for a key of one bigint. */
record ThirdUpsertSql(String insert, List<PlannedColumn> columns) implements UpsertSql {
    static ThirdUpsertSql of(String table, UpsertSpec spec, List<PlannedColumn> columns) {
        if (spec.version() != null || spec.deleteMark() != null || spec.isInsertOnly() || spec.isPartial()) {
            throw new UnsupportedOperationException("this database only upserts whole rows");
        }
        List<PlannedColumn> updated =
                columns.stream().filter(PlannedColumn::updated).toList();
        return new ThirdUpsertSql(
                "INSERT INTO " + table + " (" + PlannedColumn.joined(columns, PlannedColumn::name) + ") VALUES ("
                        + PlannedColumn.joined(columns, column -> "?") + ") ON CONFLICT ("
                        + String.join(", ", spec.keys()) + ") DO UPDATE SET "
                        + PlannedColumn.joined(updated, column -> column.name() + " = EXCLUDED." + column.name()),
                List.copyOf(columns));
    }

    @Override
    public Flush open() {
        return new RowByRow(this);
    }

    private record RowByRow(ThirdUpsertSql sql) implements Flush {
        @Override
        public void upsert(Connection connection, List<Row> rows) throws SQLException {
            int key = PlannedColumn.keys(sql.columns()).get(0).index();
            List<Row> ordered = rows.stream()
                    .sorted(Comparator.comparing((Row row) -> row.getLong(key)))
                    .toList();
            try (PreparedStatement insert = connection.prepareStatement(sql.insert())) {
                for (Row row : ordered) {
                    for (int index = 0; index < sql.columns().size(); index++) {
                        insert.setObject(
                                index + 1, row.get(sql.columns().get(index).index()));
                    }
                    insert.addBatch();
                }
                insert.executeBatch();
            }
        }

        @Override
        public void delete(Connection connection, List<Row> rows) {
            throw new UnsupportedOperationException("this database has no deletes");
        }

        @Override
        public void check(Row row) {}

        @Override
        public void checkDelete(Row row) {}

        @Override
        public int[] sameKeys(Connection connection, List<Row> rows) {
            throw new UnsupportedOperationException("Java compares every key");
        }

        @Override
        public void clear(Connection connection) {}
    }
}
