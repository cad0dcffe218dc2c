package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.Row;

/**
 * Copies rows with two additional columns: a mark, which is 1 for deletes, and a number. Of a delete only the key is
 * sent.
 */
final class PostgresMarkedCopy extends PostgresCopy {
    private final List<PlannedColumn> columns;
    private final List<PostgresCodec.ValueWriter> writers;
    private final List<String> ofDeletes;
    private final Predicate<Row> isDelete;
    private long number;

    PostgresMarkedCopy(List<PlannedColumn> columns, List<PlannedColumn> ofDeletes, Predicate<Row> isDelete) {
        super(columns);
        this.columns = columns;
        this.writers = columns.stream()
                .map(column -> PostgresCodecs.of(column).writer())
                .toList();
        this.ofDeletes = ofDeletes.stream().map(PlannedColumn::name).toList();
        this.isDelete = isDelete;
    }

    @Override
    void encode(Row row, PostgresBuffer out) throws InvalidValueException {
        boolean delete = isDelete.test(row);
        out.int16(columns.size() + 2);
        for (int index = 0; index < columns.size(); index++) {
            PlannedColumn column = columns.get(index);
            Object value = delete && !ofDeletes.contains(column.name()) ? null : row.get(column.index());
            encode(value, column, writers.get(index), out);
        }
        out.int32(8);
        out.int64(delete ? 1 : 0);
        out.int32(8);
        out.int64(number++);
    }
}
