package io.millrace.sinks.jdbc.postgres;

import io.millrace.core.internal.spark.ScalaCollections;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGInterval;

/** Reads a row of a staging table in the stream's types. */
final class PostgresStagedRow {
    private PostgresStagedRow() {}

    static Row read(ResultSet found, List<PlannedColumn> columns) throws SQLException {
        @Nullable Object[] values = new Object[columns.size()];
        for (int index = 0; index < columns.size(); index++) {
            PlannedColumn column = columns.get(index);
            values[column.index()] = value(found, index + 1, column.stream());
        }
        return RowFactory.create(values);
    }

    private static @Nullable Object value(ResultSet found, int column, DataType type) throws SQLException {
        if (found.getObject(column) == null) {
            return null;
        }
        if (type instanceof ArrayType array) {
            return elements(found.getArray(column), array.elementType());
        }
        if (type instanceof DecimalType) {
            return found.getBigDecimal(column);
        }
        if (type instanceof DayTimeIntervalType) {
            return duration((PGInterval) found.getObject(column));
        }
        if (type instanceof YearMonthIntervalType) {
            return period((PGInterval) found.getObject(column));
        }
        return switch (type.catalogString()) {
            case "tinyint", "smallint", "int", "bigint" -> found.getLong(column);
            case "float" -> found.getFloat(column);
            case "double" -> found.getDouble(column);
            case "boolean" -> found.getBoolean(column);
            case "binary" -> found.getBytes(column);
            case "date" -> found.getObject(column, LocalDate.class);
            case "timestamp" -> found.getObject(column, OffsetDateTime.class).toInstant();
            case "timestamp_ntz" -> found.getObject(column, LocalDateTime.class);
            default -> found.getString(column);
        };
    }

    private static Object elements(Array array, DataType type) throws SQLException {
        List<@Nullable Object> elements = new ArrayList<>();
        try (ResultSet each = array.getResultSet()) {
            while (each.next()) {
                elements.add(value(each, 2, type));
            }
        }
        return ScalaCollections.seq(elements);
    }

    private static Duration duration(PGInterval interval) {
        return Duration.ofDays(interval.getDays())
                .plusHours(interval.getHours())
                .plusMinutes(interval.getMinutes())
                .plusSeconds(interval.getWholeSeconds())
                .plusNanos(1_000L * interval.getMicroSeconds());
    }

    private static Period period(PGInterval interval) {
        return Period.of(interval.getYears(), interval.getMonths(), 0).normalized();
    }
}
