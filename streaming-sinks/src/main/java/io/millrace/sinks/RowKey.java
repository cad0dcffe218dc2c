package io.millrace.sinks;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    /** Blanks alone: a tab or a line break makes another key. */
    private static String withoutBlanksAtEnd(String text) {
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == ' ') {
            end--;
        }
        return text.substring(0, end);
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
        if (column.type().name().equals("uuid")) {
            return ((String) value).toLowerCase(Locale.ROOT);
        }
        return value instanceof String text && column.type().ignoresBlanksAtEnd() ? withoutBlanksAtEnd(text) : value;
    }
}
