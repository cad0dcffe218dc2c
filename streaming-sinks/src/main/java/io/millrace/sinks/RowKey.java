package io.millrace.sinks;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/** The key of a row, with the equality of the database. */
final class RowKey {
    private final PlannedColumn[] columns;

    RowKey(List<PlannedColumn> columns) {
        this.columns = columns.toArray(new PlannedColumn[0]);
    }

    Object of(Row row) throws UnfitValueException {
        if (columns.length == 1) {
            return part(row, columns[0]);
        }
        List<Object> parts = new ArrayList<>(columns.length);
        for (PlannedColumn column : columns) {
            parts.add(part(row, column));
        }
        return parts;
    }

    private static Object part(Row row, PlannedColumn column) throws UnfitValueException {
        Object value = row.get(column.index());
        if (value == null) {
            throw new UnfitValueException(column.name(), "a key is never NULL");
        }
        if (value instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (value instanceof Double number) {
            return number + 0.0; // the server holds both zeros for equal
        }
        if (value instanceof BigDecimal number) {
            return number.stripTrailingZeros();
        }
        return column.type().name().equals("bpchar") ? ((String) value).stripTrailing() : value;
    }
}
