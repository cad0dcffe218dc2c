package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.ColumnType;
import io.millrace.sinks.jdbc.dialect.PlannedColumn;
import io.millrace.sinks.jdbc.dialect.SparkTime;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Defines which Spark type goes into which MariaDB type, and what is passed to the driver for a value that is not NULL.
 */
final class MariaDbCodecs {
    private static final LocalDateTime EPOCH = LocalDateTime.of(2000, 1, 1, 0, 0);
    private static final int LAST_YEAR = 9999;
    private static final Pattern FIXED_BYTES = Pattern.compile("binary\\((\\d+)\\)");

    private static final Set<String> INTEGERS = Set.of("tinyint", "smallint", "mediumint", "int", "bigint");
    private static final Set<String> BLOBS = Set.of("varbinary", "tinyblob", "blob", "mediumblob", "longblob");
    /** The type of columns that were declared as JSON. */
    private static final String JSON = "longtext";

    private static final Set<String> TEXTS =
            Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext", "uuid", "inet4", "inet6");
    private static final Map<String, UnaryOperator<Object>> BY_TYPES = Map.of(
            "float into float", MariaDbCodecs::finite,
            "float into double", MariaDbCodecs::finite,
            "double into double", MariaDbCodecs::finite,
            "date into date", MariaDbCodecs::date);
    /** Texts that the server reads as the number of a label or a set of labels, with blanks of any character set. */
    private static final Pattern NUMBER = Pattern.compile("[\\p{Z}\\p{Cc}]*[+-]?[0-9]+[\\p{Z}\\p{Cc}]*");

    private MariaDbCodecs() {}

    static UnaryOperator<Object> of(PlannedColumn column) {
        return between(column.stream(), column.type()).orElseThrow();
    }

    /**
     * The codec; empty if values of {@code spark} do not go into {@code column}. It throws IllegalArgumentException for
     * a value that cannot fit.
     */
    static Optional<UnaryOperator<Object>> between(DataType spark, ColumnType column) {
        String name = column.name();
        if (spark instanceof StringType) {
            return text(column); // whatever its collation
        }
        return switch (spark.catalogString()) {
            case "tinyint", "smallint", "int", "bigint" -> integer(name);
            case "boolean" ->
                Optional.<UnaryOperator<Object>>of(value -> (Boolean) value ? 1L : 0L)
                        .filter(codec -> Set.of("tinyint(1)", "bit(1)").contains(column.sql()));
            case "variant" ->
                Optional.<UnaryOperator<Object>>of(Object::toString).filter(codec -> name.equals(JSON));
            case "timestamp", "timestamp_ntz" -> moment(spark, column);
            case "binary" -> binary(column);
            default ->
                spark instanceof DecimalType
                        ? decimal(column)
                        : Optional.ofNullable(BY_TYPES.get(spark.catalogString() + " into " + name));
        };
    }

    /** Rounds as the server would, so that a key can be found by the value. */
    private static Optional<UnaryOperator<Object>> decimal(ColumnType column) {
        int scale = MariaDbTypes.scale(column);
        return Optional.<UnaryOperator<Object>>of(value -> MariaDbTypes.rounded((BigDecimal) value, scale))
                .filter(codec -> column.name().equals("decimal"));
    }

    private static Optional<UnaryOperator<Object>> text(ColumnType column) {
        if (column.name().equals("enum") || column.name().equals("set")) {
            List<String> labels = MariaDbTypes.labels(column);
            return Optional.of(value -> label((String) value, labels));
        }
        if (MariaDbTypes.distinguishesBlanks(column)) {
            return Optional.of(MariaDbTypes.cut(column)); // so that a key can be found by the value
        }
        return TEXTS.contains(column.name()) ? Optional.of(value -> value) : Optional.empty();
    }

    /** Refuses numeric texts, which the server reads as numbers unless a label is that text. */
    private static Object label(String text, List<String> labels) {
        if (NUMBER.matcher(text).matches() && !labels.contains(MariaDbTypes.withoutBlanksAtEnd(text))) {
            throw new IllegalArgumentException("the text is a number, and not one of the column's labels");
        }
        return text;
    }

    private static Optional<UnaryOperator<Object>> integer(String column) {
        if (column.equals("decimal")) {
            return Optional.of(value -> BigDecimal.valueOf(((Number) value).longValue()));
        }
        return INTEGERS.contains(column) ? Optional.of(value -> ((Number) value).longValue()) : Optional.empty();
    }

    /** Requires the fixed number of bytes: padding would change the value. */
    private static Optional<UnaryOperator<Object>> binary(ColumnType column) {
        Matcher fixed = FIXED_BYTES.matcher(column.sql());
        if (fixed.matches()) {
            int length = Integer.parseInt(fixed.group(1));
            return Optional.of(value -> ofLength((byte[]) value, length));
        }
        return BLOBS.contains(column.name()) ? Optional.of(value -> value) : Optional.empty();
    }

    private static byte[] ofLength(byte[] bytes, int length) {
        if (bytes.length != length) {
            throw new IllegalArgumentException("the value has not exactly " + length + " bytes");
        }
        return bytes;
    }

    private static Object finite(Object value) {
        if (!Double.isFinite(((Number) value).doubleValue())) {
            throw new IllegalArgumentException("the number is not finite, which MariaDB cannot store");
        }
        return value;
    }

    private static LocalDate date(Object value) {
        LocalDate date = EPOCH.toLocalDate().plusDays(SparkTime.days(value));
        checkYear(date.getYear());
        return date;
    }

    /** Truncates as the server would, so that a key can be found by the value. */
    private static Optional<UnaryOperator<Object>> moment(DataType spark, ColumnType column) {
        long step = MariaDbTypes.step(MariaDbTypes.fraction(column));
        return Optional.<UnaryOperator<Object>>of(value -> moment(SparkTime.micros(value), step))
                .filter(codec -> column.name().equals(spark instanceof TimestampType ? "timestamp" : "datetime"));
    }

    private static LocalDateTime moment(long micros, long step) {
        LocalDateTime moment = EPOCH.plus(micros - Math.floorMod(micros, step), ChronoUnit.MICROS);
        checkYear(moment.getYear());
        return moment;
    }

    private static void checkYear(int year) {
        if (year < 1 || year > LAST_YEAR) {
            throw new IllegalArgumentException("the year is not one from 1 to " + LAST_YEAR);
        }
    }
}
