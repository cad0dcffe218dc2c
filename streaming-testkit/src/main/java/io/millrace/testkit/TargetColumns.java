package io.millrace.testkit;

import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** The columns of a target, whose rows may have no schema, and of which there may be none. */
final class TargetColumns {
    private static final int MOST_DIGITS = 38;

    private TargetColumns() {}

    /**
     * The rows that a target function has returned, with the values that JDBC returns as those of Spark.
     *
     * @throws IllegalArgumentException if it has returned null, or a row that is null
     */
    static List<Row> read(@Nullable List<? extends @Nullable Row> rows) {
        if (rows == null) {
            throw new IllegalArgumentException(
                    "The target function has returned null: return a list, of no row if the" + " target is empty.");
        }
        List<Row> read = new ArrayList<>(rows.size());
        for (Row row : rows) {
            if (row == null) {
                throw new IllegalArgumentException(
                        "The target function has returned null for row " + (read.size() + 1) + ".");
            }
            read.add(row.schema() == null ? (Row) Objects.requireNonNull(plain(row)) : row);
        }
        return read;
    }

    /** {@code expected}, with the values that a test may take from JDBC as those of Spark. */
    static List<Object> expected(List<?> expected) {
        List<Object> plain = new ArrayList<>(expected.size());
        expected.forEach(value -> plain.add(value instanceof Row ? Objects.requireNonNull(plain(value)) : value));
        return plain;
    }

    private static @Nullable Object plain(@Nullable Object value) {
        if (value instanceof Row row) {
            @Nullable Object[] values = new Object[row.length()];
            Arrays.setAll(values, column -> plain(row.get(column)));
            return RowFactory.create(values);
        }
        if (value != null && value.getClass().isArray() && !(value instanceof byte[])) {
            List<@Nullable Object> elements = new ArrayList<>();
            for (int index = 0; index < Array.getLength(value); index++) {
                elements.add(plain(Array.get(value, index)));
            }
            return elements;
        }
        if (value instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (value instanceof Date date) {
            return date.toLocalDate();
        }
        return value instanceof UUID ? value.toString() : value;
    }

    /** Those of the rows' schema; else as many as the rows have, with a type that holds all their values. */
    static StructType of(List<Row> table, List<?> expected) {
        for (Row row : table) {
            if (row.schema() != null) {
                return ofSchemas(table);
            }
        }
        StructType named = expected.stream()
                .filter(Record.class::isInstance)
                .findFirst()
                .map(value -> RecordRows.schema(value.getClass()))
                .orElse(null);
        List<Row> rows = table.isEmpty() ? rows(expected) : table;
        if (rows.isEmpty()) {
            return named == null ? new StructType() : named;
        }
        int width = rows.get(0).length();
        for (Row row : rows) {
            if (row.length() != width) {
                throw new IllegalArgumentException((table.isEmpty() ? "table(..)" : "The target") + " has rows of "
                        + width + " and of " + row.length() + " values: all need the same number.");
            }
        }
        List<Row> typed = new ArrayList<>(rows);
        typed.addAll(rows(expected));
        StructType columns = new StructType();
        for (int column = 0; column < width; column++) {
            String name =
                    named != null && named.length() == width ? named.fieldNames()[column] : "column " + (column + 1);
            columns = columns.add(name, type(values(typed, column)));
        }
        return columns;
    }

    private static StructType ofSchemas(List<Row> table) {
        StructType first = table.get(0).schema();
        for (Row row : table) {
            if (first == null
                    || row.schema() == null
                    || !Arrays.equals(first.fieldNames(), row.schema().fieldNames())) {
                throw new IllegalArgumentException("The target has rows of the columns " + names(first) + " and "
                        + names(row.schema()) + ": return all with the same.");
            }
        }
        return Objects.requireNonNull(first);
    }

    private static String names(@Nullable StructType schema) {
        return schema == null ? "of none" : String.join(", ", schema.fieldNames());
    }

    private static List<Row> rows(List<?> values) {
        return values.stream()
                .filter(Row.class::isInstance)
                .map(Row.class::cast)
                .toList();
    }

    private static List<Object> values(List<Row> rows, int column) {
        return rows.stream()
                .filter(row -> column < row.length())
                .flatMap(row -> Stream.ofNullable(row.get(column)))
                .toList();
    }

    /** The type of the first value of a known type, of numbers one that holds them all; text if all are NULL. */
    private static DataType type(List<Object> values) {
        List<Number> numbers = values.stream()
                .filter(Number.class::isInstance)
                .map(Number.class::cast)
                .toList();
        return !values.isEmpty() && values.get(0) instanceof Number
                ? numberType(numbers)
                : values.stream()
                        .map(TargetColumns::typeOf)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(DataTypes.StringType);
    }

    private static DataType numberType(List<Number> numbers) {
        if (numbers.stream().allMatch(Float.class::isInstance)) {
            return DataTypes.FloatType;
        }
        if (numbers.stream().anyMatch(number -> number instanceof Double || number instanceof Float)) {
            return DataTypes.DoubleType;
        }
        if (numbers.stream().noneMatch(BigDecimal.class::isInstance)) {
            return DataTypes.LongType;
        }
        int scale = numbers.stream()
                .filter(BigDecimal.class::isInstance)
                .mapToInt(number -> ((BigDecimal) number).scale())
                .max()
                .orElse(0);
        return DataTypes.createDecimalType(MOST_DIGITS, Math.max(0, Math.min(scale, MOST_DIGITS)));
    }

    private static @Nullable DataType typeOf(Object value) {
        if (value instanceof Row row) {
            return of(List.of(row), List.of());
        }
        if (value instanceof Iterable<?> list) {
            List<Object> elements = new ArrayList<>();
            list.forEach(element -> Stream.ofNullable(element).forEach(elements::add));
            return DataTypes.createArrayType(type(elements));
        }
        if (value instanceof Map<?, ?> map) {
            return DataTypes.createMapType(
                    type(List.copyOf(map.keySet())),
                    type(map.values().stream()
                            .filter(Objects::nonNull)
                            .map(Object.class::cast)
                            .toList()));
        }
        return RecordRows.typeOf(value.getClass());
    }
}
