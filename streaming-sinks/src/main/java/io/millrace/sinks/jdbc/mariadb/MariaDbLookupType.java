package io.millrace.sinks.jdbc.mariadb;

import io.millrace.sinks.jdbc.dialect.ColumnType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;

/**
 * How keys of one type are sent in a JSON array, and compared with a column.
 *
 * @param sent the type of the column of {@code JSON_TABLE} that reads them; null for hexadecimal digits
 * @param value what is compared with the column, with {@code %s} for the value that is sent
 * @param condition what else has to be true, with {@code %s} for the value that is sent; empty if nothing
 * @param json the JSON of a value: without the need for escapes
 * @param takes whether the server can compare a value at all
 */
record MariaDbLookupType(
        String sent, String value, String condition, Function<Object, String> json, Predicate<Object> takes) {
    /** In place of a type: as long as the keys need it. */
    static final String HEXADECIMAL = "hexadecimal";

    /** Days from 1970 to 0001-01-01, and to the day after 9999-12-31: others are no dates there. */
    private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();

    private static final long END_OF_DAYS = LocalDate.of(10_000, 1, 1).toEpochDay();

    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}-?([0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}");
    private static final Set<String> INTEGERS = Set.of("tinyint", "smallint", "mediumint", "int", "bigint");
    private static final Set<String> TEXTS = Set.of("char", "varchar", "tinytext", "text", "mediumtext", "longtext");
    private static final Set<String> BYTES =
            Set.of("binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob");

    /** The type for keys of a stream and a column; empty if they cannot be compared. */
    static Optional<MariaDbLookupType> of(DataType stream, ColumnType column) {
        return Optional.ofNullable(found(stream, column));
    }

    @SuppressWarnings("NullAway") // No type is no result.
    private static MariaDbLookupType found(DataType stream, ColumnType column) {
        String name = column.name();
        if (stream.equals(DataTypes.StringType)) {
            return TEXTS.contains(name) && column.collation() != null
                    ? text(column.collation())
                    : name.equals("uuid") ? uuid() : null;
        }
        if (isInteger(stream)) {
            return INTEGERS.contains(name) ? plain("bigint") : name.equals("decimal") ? plain("decimal(20,0)") : null;
        }
        if (stream instanceof DecimalType decimal && name.equals("decimal")) {
            return plain("decimal(" + decimal.precision() + "," + decimal.scale() + ")");
        }
        if (stream instanceof DateType && name.equals("date")) {
            return new MariaDbLookupType(
                    "int",
                    "(DATE '1970-01-01' + INTERVAL %s DAY)",
                    "",
                    day -> Long.toString(((LocalDate) day).toEpochDay()),
                    day -> ((LocalDate) day).toEpochDay() >= FIRST_DAY && ((LocalDate) day).toEpochDay() < END_OF_DAYS);
        }
        return stream instanceof BinaryType && BYTES.contains(name)
                ? new MariaDbLookupType(
                        HEXADECIMAL,
                        "UNHEX(%s)",
                        "",
                        bytes -> quoted(HexFormat.of().formatHex((byte[]) bytes)),
                        bytes -> true)
                : null;
    }

    /** The collation says which character set the column has, and one that lacks a character has no text with it. */
    private static MariaDbLookupType text(String collation) {
        String set = collation.contains("_") ? collation.substring(0, collation.indexOf('_')) : collation;
        String text = "CONVERT(UNHEX(%s) USING utf8mb4)";
        boolean isWhole = set.equals("utf8mb4");
        String inSet = isWhole ? text : "CONVERT(" + text + " USING " + set + ")";
        return new MariaDbLookupType(
                HEXADECIMAL,
                inSet + " COLLATE " + collation,
                isWhole ? "" : "HEX(CONVERT(" + inSet + " USING utf8mb4)) = UPPER(%s)",
                key -> quoted(HexFormat.of().formatHex(((String) key).getBytes(StandardCharsets.UTF_8))),
                key -> true);
    }

    private static MariaDbLookupType uuid() {
        return new MariaDbLookupType(
                "varchar(36) CHARACTER SET ascii",
                "CAST(%s AS uuid)",
                "",
                key -> quoted(((String) key)),
                key -> UUID.matcher((String) key).matches());
    }

    private static MariaDbLookupType plain(String type) {
        return new MariaDbLookupType(
                type,
                "%s",
                "",
                number -> number instanceof BigDecimal decimal ? quoted(decimal.toPlainString()) : number.toString(),
                number -> true);
    }

    private static boolean isInteger(DataType type) {
        return type instanceof ByteType
                || type instanceof ShortType
                || type instanceof IntegerType
                || type instanceof LongType;
    }

    private static String quoted(String digits) {
        return '"' + digits + '"';
    }
}
