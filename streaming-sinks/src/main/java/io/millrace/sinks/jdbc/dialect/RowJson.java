package io.millrace.sinks.jdbc.dialect;

import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.regex.Pattern;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.Seq;

/**
 * Writes a row as JSON without loss, in a form that databases accept as JSON. Times are ISO-8601, with {@code Z} if
 * they are instants; bytes are base64; numbers that JSON cannot express are texts, such as {@code "NaN"}. A character
 * that no database accepts in JSON, NUL or half a surrogate pair, is written as the text {@code \}{@code u0000}; if a
 * text contains such a sequence already, its backslashes are doubled.
 */
public final class RowJson {
    /** Matches backslashes before a character's escape sequence, or before a character that is written as one. */
    private static final Pattern NUMBERED = Pattern.compile("(\\\\*)(?:(\\\\u[0-9a-fA-F]{4})|([\\x00]|"
            + "[\\uD800-\\uDBFF](?![\\uDC00-\\uDFFF])|(?<![\\uD800-\\uDBFF])[\\uDC00-\\uDFFF]))");

    private final StringBuilder json = new StringBuilder();

    private RowJson() {}

    public static String of(Row row, StructType schema) {
        RowJson text = new RowJson();
        text.struct(row, schema);
        return text.json.toString();
    }

    private void struct(Row row, StructType type) {
        StructField[] fields = type.fields();
        char before = '{';
        for (int index = 0; index < fields.length; index++) {
            json.append(before);
            text(fields[index].name());
            json.append(':');
            value(row.get(index), fields[index].dataType());
            before = ',';
        }
        json.append(fields.length == 0 ? "{}" : "}");
    }

    private void value(@Nullable Object value, DataType type) {
        if (value == null) {
            json.append("null");
        } else if (type instanceof StructType struct) {
            struct((Row) value, struct);
        } else if (type instanceof ArrayType array) {
            elements((Seq<?>) value, array.elementType());
        } else if (type instanceof MapType map) {
            entries((scala.collection.Map<?, ?>) value, map);
        } else {
            scalar(value, type);
        }
    }

    private void elements(Seq<?> elements, DataType type) {
        json.append('[');
        String between = "";
        for (Iterator<?> each = elements.iterator(); each.hasNext(); ) {
            json.append(between);
            value(each.next(), type);
            between = ",";
        }
        json.append(']');
    }

    /** Writes a map as an object if its keys are texts, and as a list of pairs otherwise. */
    private void entries(scala.collection.Map<?, ?> map, MapType type) {
        boolean named = type.keyType() instanceof StringType;
        json.append(named ? '{' : '[');
        String between = "";
        for (Iterator<?> each = map.iterator(); each.hasNext(); ) {
            Tuple2<?, ?> entry = (Tuple2<?, ?>) each.next();
            json.append(between).append(named ? "" : "[");
            value(entry._1(), type.keyType());
            json.append(named ? ':' : ',');
            value(entry._2(), type.valueType());
            json.append(named ? "" : "]");
            between = ",";
        }
        json.append(named ? '}' : ']');
    }

    private void scalar(Object value, DataType type) {
        if (value instanceof BigDecimal number) {
            json.append(number.toPlainString());
        } else if (value instanceof Boolean || (value instanceof Number number && isFinite(number))) {
            json.append(value);
        } else if (type instanceof BinaryType) {
            text(Base64.getEncoder().encodeToString((byte[]) value));
        } else {
            text(time(value));
        }
    }

    private static boolean isFinite(Number number) {
        return Double.isFinite(number.doubleValue()) || number instanceof Long;
    }

    private static String time(Object value) {
        if (value instanceof java.sql.Timestamp timestamp) {
            return SparkTime.instant(timestamp).toString();
        }
        if (value instanceof java.sql.Date date) {
            return SparkTime.date(date).toString();
        }
        return value instanceof LocalDateTime local
                ? DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(local)
                : value.toString();
    }

    private void text(String text) {
        String safe = NUMBERED.matcher(text).replaceAll(found -> {
            String before = found.group(1);
            String all = found.group(2) == null
                    ? before
                            + before
                            + String.format("\\u%04x", (int) found.group(3).charAt(0))
                    : before + before + "\\" + found.group(2);
            return java.util.regex.Matcher.quoteReplacement(all);
        });
        json.append('"');
        for (int index = 0; index < safe.length(); index++) {
            character(safe.charAt(index));
        }
        json.append('"');
    }

    private void character(char character) {
        switch (character) {
            case '"', '\\' -> json.append('\\').append(character);
            case '\n' -> json.append("\\n");
            case '\r' -> json.append("\\r");
            case '\t' -> json.append("\\t");
            default -> {
                if (character < ' ') {
                    json.append(String.format("\\u%04x", (int) character));
                } else {
                    json.append(character);
                }
            }
        }
    }
}
