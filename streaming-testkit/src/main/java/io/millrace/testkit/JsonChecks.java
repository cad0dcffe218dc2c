package io.millrace.testkit;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.core.internal.spark.SparkLine;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Iterator;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Finds what Spark's reader of JSON would drop, cut or round without a word. */
final class JsonChecks {
    private static final ObjectReader READER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private static final Pattern PART_OF_MICROSECOND = Pattern.compile("\\.\\d{6}0*[1-9]");
    private static final Pattern TIME_OF_DAY = Pattern.compile("T?\\d{1,2}:.*");
    private static final Pattern AFTER_DAY = Pattern.compile(".*\\d[T ].*");

    private JsonChecks() {}

    /** What is wrong with {@code line}, which Spark reads; null if nothing. */
    static @Nullable String problem(String line, StructType schema) {
        try (JsonParser parser = READER.createParser(line)) {
            JsonNode node = READER.readTree(parser);
            return goesOn(parser) ? "goes on after its object" : ofObject(node, schema);
        } catch (JsonProcessingException e) {
            return "has a name twice or is not JSON (" + e.getOriginalMessage() + ")";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether a variant of {@code json} is the whole of it, with its numbers as they are. */
    static boolean isKeptByVariant(String json) {
        try (JsonParser parser = READER.createParser(json)) {
            return isKeptByVariant(READER.<JsonNode>readTree(parser)) && !goesOn(parser);
        } catch (IOException e) {
            return false;
        }
    }

    /** A variant has a decimal of 38 digits, and a double of every other number. */
    private static boolean isKeptByVariant(JsonNode node) {
        if (node.isNumber()) {
            BigDecimal number = number(node);
            return number == null
                    || (number.precision() <= 38 && number.scale() >= 0 && number.scale() <= 38)
                    || fits(number, DataTypes.DoubleType);
        }
        for (JsonNode part : node) {
            if (!isKeptByVariant(part)) {
                return false;
            }
        }
        return true;
    }

    private static boolean goesOn(JsonParser parser) throws IOException {
        try {
            return parser.nextToken() != null;
        } catch (JsonProcessingException e) {
            return true;
        }
    }

    private static @Nullable String ofObject(JsonNode object, StructType schema) {
        for (StructField field : schema.fields()) {
            JsonNode value = object.get(field.name());
            String problem = value == null
                    ? otherCase(object, field.name())
                    : ofValue("\"" + field.name() + "\"", value, field.dataType());
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static @Nullable String otherCase(JsonNode object, String column) {
        for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (name.equalsIgnoreCase(column)) {
                return "has \"" + name + "\", which is not \"" + column + "\": Spark reads JSON by case";
            }
        }
        return null;
    }

    private static @Nullable String ofValue(String name, JsonNode value, DataType type) {
        if (type instanceof StructType struct) {
            return ofObject(value, struct);
        }
        if (type instanceof ArrayType array) {
            return ofAll(name, value.elements(), array.elementType());
        }
        if (type instanceof MapType map) {
            return ofAll(name, value.elements(), map.valueType());
        }
        if (value.isNull() || isKept(value, type)) {
            return null;
        }
        String shown = value.isTextual() ? '"' + RowText.value(value.textValue()) + '"' : value.toString();
        return "has " + name + ": " + shown + ", which "
                + (isTimeOfDay(value, type)
                        ? "Spark reads as a time of today"
                        : "a column of " + type.catalogString() + " would change");
    }

    private static @Nullable String ofAll(String name, Iterator<JsonNode> values, DataType type) {
        while (values.hasNext()) {
            String problem = ofValue(name, values.next(), type);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }

    private static boolean isKept(JsonNode value, DataType type) {
        if (SparkLine.variant().filter(type::equals).isPresent()) {
            return isKeptByVariant(value);
        }
        if (type instanceof DecimalType || isFloating(type)) {
            BigDecimal number = number(value);
            return number == null || fits(number, type);
        }
        if (!value.isTextual()) {
            return true;
        }
        String text = value.textValue();
        if (type.equals(DataTypes.TimestampType) || type.equals(DataTypes.TimestampNTZType)) {
            return !PART_OF_MICROSECOND.matcher(text).find() && !isTimeOfDay(value, type);
        }
        if (type.equals(DataTypes.DateType)) {
            return !AFTER_DAY.matcher(text.strip()).matches();
        }
        return !(type instanceof StringType) || fits(text, type);
    }

    private static boolean isFloating(DataType type) {
        return type.equals(DataTypes.DoubleType) || type.equals(DataTypes.FloatType);
    }

    private static boolean isTimeOfDay(JsonNode value, DataType type) {
        return value.isTextual()
                && type.equals(DataTypes.TimestampType)
                && TIME_OF_DAY.matcher(value.textValue().strip()).matches();
    }

    /** The number that {@code value} is, or that its text has; null for what only Spark reads, such as NaN. */
    private static @Nullable BigDecimal number(JsonNode value) {
        try {
            return new BigDecimal(value.asText());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static boolean fits(Object value, DataType type) {
        try {
            Values.fit(value, type);
            return true;
        } catch (ArithmeticException | Texts.HalfCharacter e) {
            return false;
        }
    }
}
