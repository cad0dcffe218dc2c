package io.millrace.sinks.jdbc.postgres;

import io.millrace.sinks.jdbc.dialect.ColumnType;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;

/**
 * How keys of one type are sent in an array, and compared with a column.
 *
 * @param elements the type of the elements as they are sent
 * @param value what an element is compared as, with {@code %s} for the element
 * @param sent the element for a value
 * @param takes whether the server can compare a value at all
 */
record PostgresLookupType(String elements, String value, Function<Object, Object> sent, Predicate<Object> takes) {
    /** Days from 1970 to the first date of the server, and to the one after its last. */
    private static final long FIRST_DAY = -2_440_588;

    private static final long END_OF_DAYS = 2_145_042_906;

    private static final Set<String> INTEGERS = Set.of("int2", "int4", "int8");
    private static final Set<String> TEXTS = Set.of("text", "varchar");

    /** The type for keys of a stream and a column; empty if they cannot be compared. */
    static Optional<PostgresLookupType> of(DataType stream, ColumnType column) {
        return Optional.ofNullable(column.element() == null ? found(stream, column) : null);
    }

    @SuppressWarnings("NullAway") // No type is no result.
    private static PostgresLookupType found(DataType stream, ColumnType column) {
        String name = column.name();
        if (stream.equals(DataTypes.StringType)) {
            return ofText(column);
        }
        if (isInteger(stream)) {
            return INTEGERS.contains(name) ? plain("int8") : name.equals("numeric") ? number() : null;
        }
        if (stream instanceof DecimalType) {
            return name.equals("numeric") ? number() : null;
        }
        if (stream instanceof DateType && name.equals("date")) {
            return new PostgresLookupType(
                    "int4",
                    "(DATE '1970-01-01' + %s)",
                    day -> (int) ((LocalDate) day).toEpochDay(),
                    day -> ((LocalDate) day).toEpochDay() >= FIRST_DAY && ((LocalDate) day).toEpochDay() < END_OF_DAYS);
        }
        if (stream instanceof BooleanType && name.equals("bool")) {
            return plain("bool");
        }
        return stream instanceof BinaryType && name.equals("bytea") ? plain("bytea") : null;
    }

    @SuppressWarnings("NullAway") // No type is no result.
    private static PostgresLookupType ofText(ColumnType column) {
        if (TEXTS.contains(column.name())) {
            return text("%s");
        }
        return switch (column.name()) {
            case "bpchar" -> text("%s::pg_catalog.bpchar");
            case "citext" -> text("%s::" + column.sql());
            case "uuid" ->
                new PostgresLookupType(
                        "text",
                        "%s::pg_catalog.uuid",
                        text -> PostgresUuid.canonical((String) text),
                        text -> PostgresUuid.isOne((String) text));
            default -> null;
        };
    }

    private static boolean isInteger(DataType type) {
        return type instanceof ByteType
                || type instanceof ShortType
                || type instanceof IntegerType
                || type instanceof LongType;
    }

    private static PostgresLookupType plain(String type) {
        return new PostgresLookupType(type, "%s", value -> value, value -> true);
    }

    private static PostgresLookupType number() {
        return new PostgresLookupType(
                "numeric",
                "%s",
                value -> value instanceof Long number ? BigDecimal.valueOf(number) : value,
                value -> true);
    }

    /** No text of the server has a NUL. */
    private static PostgresLookupType text(String value) {
        return new PostgresLookupType("text", value, text -> text, text -> ((String) text).indexOf('\0') < 0);
    }
}
