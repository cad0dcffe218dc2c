package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.InvalidValueException;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Converts a column's value of a row for the driver. */
record MariaDbValue(PlannedColumn column, UnaryOperator<Object> codec) {
    static List<MariaDbValue> of(List<PlannedColumn> columns) {
        return columns.stream()
                .map(column -> new MariaDbValue(column, MariaDbCodecs.of(column)))
                .toList();
    }

    /** Refuses NULL for a timestamp that is NOT NULL: the server's old defaults would turn it into the current time. */
    void checkNull(@Nullable Object value) throws InvalidValueException {
        if (value == null && column.needed() && column.type().name().equals("timestamp")) {
            throw new InvalidValueException(column.name(), "the column is NOT NULL, and the value is NULL");
        }
    }

    @Nullable Object in(Row row) throws InvalidValueException {
        Object value = row.get(column.index());
        try {
            return value == null ? null : codec.apply(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidValueException(column.name(), String.valueOf(e.getMessage()));
        } catch (ArithmeticException e) {
            throw new InvalidValueException(column.name(), "the value is out of range");
        }
    }
}
