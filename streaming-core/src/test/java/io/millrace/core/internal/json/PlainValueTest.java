package io.millrace.core.internal.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.SpecificInternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The general conversion is the reference. */
@Timeout(120)
class PlainValueTest {
    private static final int TEXTS = 40_000;
    private static final ZoneId ZONE = ZoneId.of("America/St_Johns");

    static Stream<JsonType> types() {
        return Stream.of(
                JsonType.TEXT,
                JsonType.BIGINT,
                JsonType.INTEGER,
                JsonType.ofLeaf(DataTypes.ShortType).orElseThrow(),
                JsonType.ofLeaf(DataTypes.ByteType).orElseThrow(),
                JsonType.decimal(10, 2),
                JsonType.decimal(12, 0),
                JsonType.decimal(4, 4),
                JsonType.decimal(17, 3),
                JsonType.decimal(18, 2),
                JsonType.decimal(19, 2),
                JsonType.decimal(38, 18),
                JsonType.decimal(38, 38),
                JsonType.DOUBLE,
                JsonType.ofLeaf(DataTypes.FloatType).orElseThrow(),
                JsonType.BOOL,
                JsonType.TIMESTAMP,
                JsonType.ofLeaf(DataTypes.TimestampNTZType).orElseThrow(),
                JsonType.DATE,
                JsonType.epoch(JsonType.Kind.EPOCH_SECONDS),
                JsonType.epoch(JsonType.Kind.EPOCH_MILLIS),
                JsonType.epoch(JsonType.Kind.EPOCH_MICROS));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("types")
    void aTextInPlainFormHasTheValueOfTheGeneralConversion(JsonType type) {
        JsonConversion conversion = new JsonConversion(type, ZONE);
        SpecificInternalRow row = new SpecificInternalRow(new StructType().add("value", type.column()));

        Stream.generate(texts(type)).limit(TEXTS).forEach(text -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            boolean converts = conversion.set(bytes, row, 0);

            Object expected = conversion.value(UTF8String.fromBytes(bytes));
            assertThat(row.isNullAt(0)).as(text).isEqualTo(expected == null);
            assertThat(converts).as(text).isEqualTo(expected != null);
            assertThat(expected == null ? null : row.get(0, type.column()))
                    .as(text)
                    .isEqualTo(expected);
        });
    }

    private static Supplier<String> texts(JsonType type) {
        TimeTexts times = new TimeTexts(11, ZONE);
        Random random = new Random(12);
        return switch (type.kind()) {
            case TIMESTAMP, DATE -> times::next;
            case BOOL ->
                () -> any(random, "true", "false", "True", "FALSE", "t", "f", "1", "0", "y", "no", " true", "");
            default -> () -> number(random);
        };
    }

    private static String number(Random random) {
        String digits = digits(random, 1 + random.nextInt(random.nextInt(5) == 0 ? 40 : 19));
        int point = random.nextInt(digits.length() + 1);
        String text = switch (random.nextInt(4)) {
            case 0, 1 -> digits;
            default -> digits.substring(0, point) + '.' + digits.substring(point);
        };
        String signed = any(random, "", "", "", "-", "-", "+") + text;
        return switch (random.nextInt(12)) {
            case 0 -> signed + any(random, "e", "E") + any(random, "", "-", "+") + random.nextInt(25);
            case 1 -> signed + any(random, " ", "d", "f", ".", "x", "٤", "L", "_");
            case 2 -> any(random, " ", "0x", "--", "٤", "00") + signed;
            case 3 ->
                any(random, "NaN", "Infinity", "-Infinity", "inf", "null", "", "-", ".", "-.", "1.", ".1", "0", "-0");
            default -> signed;
        };
    }

    /** Many nines, fives and zeros, which rounding depends on. */
    private static String digits(Random random, int length) {
        List<Integer> some = List.of(0, 4, 5, 9, random.nextInt(10));
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < length; i++) {
            digits.append(random.nextBoolean() ? random.nextInt(10) : some.get(random.nextInt(some.size())));
        }
        return digits.toString();
    }

    private static String any(Random random, String... texts) {
        return texts[random.nextInt(texts.length)];
    }
}
