package io.millrace.sinks;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;

/** Which Spark type goes into which MariaDB type, and what the driver is given for a value that is not NULL. */
final class MariaDbCodecs {
    private static final LocalDateTime EPOCH = LocalDateTime.of(2000, 1, 1, 0, 0);
    private static final int LAST_YEAR = 9999;
    private static final Pattern FIXED_BYTES = Pattern.compile("binary\\((\\d+)\\)");

    private static final Set<String> INTEGERS = Set.of("tinyint", "smallint", "mediumint", "int", "bigint");
    private static final Set<String> BLOBS = Set.of("varbinary", "tinyblob", "blob", "mediumblob", "longblob");
    private static final Set<String> TEXTS = Set.of(
            "char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set", "uuid", "inet4", "inet6");
    private static final Map<String, UnaryOperator<Object>> BY_TYPES = Map.of(
            "float into float", MariaDbCodecs::finite,
            "float into double", MariaDbCodecs::finite,
            "double into double", MariaDbCodecs::finite,
            "decimal into decimal", value -> value,
            "date into date", MariaDbCodecs::date,
            "timestamp into timestamp", MariaDbCodecs::moment,
            "timestamp_ntz into datetime", MariaDbCodecs::moment);

    private MariaDbCodecs() {}

    static UnaryOperator<Object> of(PlannedColumn column) {
        return between(column.stream(), column.type()).orElseThrow();
    }

    /** Empty where values of {@code spark} do not go into {@code column}. Refuses what cannot fit by IllegalArgumentException. */
    static Optional<UnaryOperator<Object>> between(DataType spark, ColumnType column) {
        String name = column.name();
        return switch (spark.catalogString()) {
            case "tinyint", "smallint", "int", "bigint" -> integer(name);
            case "boolean" ->
                Optional.<UnaryOperator<Object>>of(value -> (Boolean) value ? 1L : 0L)
                        .filter(codec -> Set.of("tinyint(1)", "bit(1)").contains(column.sql()));
            case "string" -> Optional.<UnaryOperator<Object>>of(value -> value).filter(codec -> TEXTS.contains(name));
            case "binary" -> binary(column);
            default -> Optional.ofNullable(BY_TYPES.get(family(spark) + " into " + name));
        };
    }

    private static String family(DataType spark) {
        return spark instanceof DecimalType ? "decimal" : spark.catalogString();
    }

    private static Optional<UnaryOperator<Object>> integer(String column) {
        if (column.equals("decimal")) {
            return Optional.of(value -> BigDecimal.valueOf(((Number) value).longValue()));
        }
        return INTEGERS.contains(column) ? Optional.of(value -> ((Number) value).longValue()) : Optional.empty();
    }

    /** A fixed number of bytes is not filled up: that would make another value of it. */
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

    private static LocalDateTime moment(Object value) {
        LocalDateTime moment = EPOCH.plus(SparkTime.micros(value), ChronoUnit.MICROS);
        checkYear(moment.getYear());
        return moment;
    }

    private static void checkYear(int year) {
        if (year < 1 || year > LAST_YEAR) {
            throw new IllegalArgumentException("the year is not one from 1 to " + LAST_YEAR);
        }
    }
}
