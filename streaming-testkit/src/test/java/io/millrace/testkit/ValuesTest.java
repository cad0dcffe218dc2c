package io.millrace.testkit;

import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.at;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How what a test writes becomes a value of a column, and what is refused. */
class ValuesTest {
    enum Colour {
        RED
    }

    @Test
    void wholeNumbersFitEveryTypeThatCanHoldThem() {
        for (Number two : List.of((byte) 2, (short) 2, 2, 2L, 2.0f, 2.0, new BigDecimal("2.00"))) {
            assertThat(fitted("TINYINT", two)).isEqualTo((byte) 2);
            assertThat(fitted("SMALLINT", two)).isEqualTo((short) 2);
            assertThat(fitted("INT", two)).isEqualTo(2);
            assertThat(fitted("BIGINT", two)).isEqualTo(2L);
            assertThat(fitted("FLOAT", two)).isEqualTo(2.0f);
            assertThat(fitted("DOUBLE", two)).isEqualTo(2.0);
            assertThat(fitted("DECIMAL(5, 1)", two)).isEqualTo(new BigDecimal("2.0"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "TINYINT, tinyint, -128, 127, 128",
        "SMALLINT, smallint, -32768, 32767, 32768",
        "INT, int, -2147483648, 2147483647, 2147483648"
    })
    void numberOutOfTheRangeOfItsColumnIsRefused(String type, String shown, long least, long most, long tooMuch) {
        assertThat(((Number) value(type, least)).longValue()).isEqualTo(least);
        assertThat(((Number) value(type, most)).longValue()).isEqualTo(most);
        assertThat(refusalOf(() -> fitted(type, tooMuch)))
                .isEqualTo("Column \"x\" is " + shown + " and cannot hold " + tooMuch + ", a Long.");
    }

    @Test
    void numberThatNoBigintHoldsIsRefused() {
        BigDecimal tooMuch = new BigDecimal("9223372036854775808");

        assertThat(refusalOf(() -> fitted("BIGINT", tooMuch)))
                .isEqualTo("Column \"x\" is bigint and cannot hold 9223372036854775808, a BigDecimal.");
    }

    @Test
    void fractionIsNotCutToAWholeNumber() {
        assertThat(refusalOf(() -> fitted("INT", 1.5))).isEqualTo("Column \"x\" is int and cannot hold 1.5, a Double.");
        assertThat(refusalOf(() -> fitted("BIGINT", Double.NaN)))
                .isEqualTo("Column \"x\" is bigint and cannot hold NaN, a Double.");
    }

    @Test
    void textIsNotReadAsANumberExceptForADecimal() {
        assertThat(fitted("DECIMAL(10, 2)", "1.5")).isEqualTo(new BigDecimal("1.50"));
        assertThat(refusalOf(() -> fitted("BIGINT", "2")))
                .isEqualTo("Column \"x\" is bigint and cannot hold 2, a String.");
        assertThat(refusalOf(() -> fitted("DOUBLE", "2.0")))
                .isEqualTo("Column \"x\" is double and cannot hold 2.0, a String.");
        assertThat(refusalOf(() -> fitted("DECIMAL(10, 2)", "free")))
                .isEqualTo("Column \"x\" is decimal(10,2) and cannot hold free, a String.");
    }

    @Test
    void decimalWithMoreDigitsThanItsColumnIsRefused() {
        assertThat(fitted("DECIMAL(3, 1)", 99.9)).isEqualTo(new BigDecimal("99.9"));
        assertThat(refusalOf(() -> fitted("DECIMAL(3, 1)", 100)))
                .isEqualTo("Column \"x\" is decimal(3,1) and cannot hold 100, a Integer.");
        assertThat(refusalOf(() -> fitted("DECIMAL(3, 1)", 1.25)))
                .isEqualTo("Column \"x\" is decimal(3,1) and cannot hold 1.25, a Double.");
    }

    @Test
    void textTakesStringsAndConstantsAlone() {
        assertThat(fitted("STRING", "a")).isEqualTo("a");
        assertThat(fitted("STRING", Colour.RED)).isEqualTo("RED");
        assertThat(refusalOf(() -> fitted("STRING", 1)))
                .isEqualTo("Column \"x\" is string and cannot hold 1, a Integer.");
        assertThat(refusalOf(() -> fitted("STRING", 'c')))
                .isEqualTo("Column \"x\" is string and cannot hold c, a Character.");
    }

    @Test
    void booleansAndBytesTakeTheirOwnKindAlone() {
        byte[] bytes = "ab".getBytes(StandardCharsets.UTF_8);

        assertThat(fitted("BOOLEAN", true)).isEqualTo(true);
        assertThat(fitted("BINARY", bytes)).isSameAs(bytes);
        assertThat(refusalOf(() -> fitted("BOOLEAN", 1)))
                .isEqualTo("Column \"x\" is boolean and cannot hold 1, a Integer.");
        assertThat(refusalOf(() -> fitted("BOOLEAN", "true")))
                .isEqualTo("Column \"x\" is boolean and cannot hold true, a String.");
        assertThat(refusalOf(() -> fitted("BINARY", "ab")))
                .isEqualTo("Column \"x\" is binary and cannot hold ab, a String.");
    }

    @Test
    void timesAreWrittenAsTextInstantOrTimestamp() {
        assertThat(fitted("TIMESTAMP", "00:05")).isEqualTo(at("00:05"));
        assertThat(fitted("TIMESTAMP", "2026-02-03T04:05:06Z")).isEqualTo(at("2026-02-03T04:05:06Z"));
        assertThat(fitted("TIMESTAMP", at("00:05"))).isEqualTo(at("00:05"));
        assertThat(fitted("TIMESTAMP", Timestamp.from(at("00:05")))).isEqualTo(at("00:05"));
        assertThat(refusalOf(() -> fitted("TIMESTAMP", 5L)))
                .isEqualTo("Column \"x\" is timestamp and cannot hold 5, a Long.");
        assertThat(refusalOf(() -> fitted("TIMESTAMP", LocalDate.of(2026, 1, 1))))
                .isEqualTo("Column \"x\" is timestamp and cannot hold 2026-01-01, a LocalDate.");
    }

    @Test
    void daysAreWrittenAsTextOrDate() {
        LocalDate day = LocalDate.of(2026, 1, 2);

        assertThat(fitted("DATE", "2026-01-02")).isEqualTo(day);
        assertThat(fitted("DATE", day)).isEqualTo(day);
        assertThat(fitted("DATE", Date.valueOf(day))).isEqualTo(day);
        assertThat(refusalOf(() -> fitted("DATE", at("00:05"))))
                .isEqualTo("Column \"x\" is date and cannot hold 00:05, a Instant.");
    }

    @Test
    void timesWithoutAZoneAndIntervalsStayAsTheyAre() {
        LocalDateTime time = LocalDateTime.of(2026, 1, 2, 3, 4);

        assertThat(fitted("TIMESTAMP_NTZ", time)).isEqualTo(time);
        assertThat(fitted("INTERVAL DAY TO SECOND", Duration.ofMinutes(5))).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void valueOfAnotherTypeThanThatOfItsColumnIsRefusedForEveryType() {
        assertThat(refusalOf(() -> fitted("TIMESTAMP_NTZ", "00:05")))
                .isEqualTo("Column \"x\" is timestamp_ntz and cannot hold 00:05, a String.");
        assertThat(refusalOf(() -> fitted("INTERVAL DAY TO SECOND", "PT5M")))
                .isEqualTo("Column \"x\" is interval day to second and cannot hold PT5M, a String.");
        assertThat(refusalOf(() -> fitted("INTERVAL YEAR TO MONTH", Duration.ofDays(1))))
                .isEqualTo("Column \"x\" is interval year to month and cannot hold PT24H, a Duration.");
        assertThat(refusalOf(() -> fitted("VOID", "nothing")))
                .isEqualTo("Column \"x\" is void and cannot hold nothing, a String.");
        assertThat(refusalOf(() -> fitted("VARCHAR(5)", 1)))
                .isEqualTo("Column \"x\" is varchar(5) and cannot hold 1, a Integer.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "STRING",
                "INT",
                "DOUBLE",
                "DECIMAL(10, 2)",
                "BOOLEAN",
                "BINARY",
                "TIMESTAMP",
                "DATE",
                "ARRAY<INT>",
                "MAP<STRING, INT>",
                "STRUCT<a: INT>"
            })
    void nullFitsEveryType(String type) {
        assertThat(fitted(type, null)).isNull();
    }

    @Test
    void listsAndArraysFitElementByElement() {
        assertThat(fitted("ARRAY<BIGINT>", List.of(1, 2))).isEqualTo(List.of(1L, 2L));
        assertThat(fitted("ARRAY<BIGINT>", new Integer[] {1, 2})).isEqualTo(List.of(1L, 2L));
        assertThat(fitted("ARRAY<TIMESTAMP>", Arrays.asList("00:05", null)))
                .isEqualTo(Arrays.asList(at("00:05"), null));
        assertThat(fitted("ARRAY<ARRAY<SMALLINT>>", List.of(List.of(1), List.of())))
                .isEqualTo(List.of(List.of((short) 1), List.of()));
        assertThat(refusalOf(() -> fitted("ARRAY<INT>", 1)))
                .isEqualTo("Column \"x\" is array<int> and cannot hold 1, a Integer.");
        assertThat(refusalOf(() -> fitted("ARRAY<INT>", List.of("one"))))
                .startsWith("Column \"x\" is array<int> and cannot hold [one], a ");
    }

    @Test
    void mapsFitByKeyAndValue() {
        Map<Object, @Nullable Object> given = new LinkedHashMap<>();
        given.put(1, "00:05");
        given.put(2, null);

        assertThat(fitted("MAP<BIGINT, TIMESTAMP>", given)).isEqualTo(expectedMap());
        assertThat(refusalOf(() -> fitted("MAP<STRING, INT>", List.of())))
                .startsWith("Column \"x\" is map<string,int> and cannot hold [], a ");
        assertThat(refusalOf(() -> fitted("MAP<STRING, INT>", Map.of("a", "b"))))
                .startsWith("Column \"x\" is map<string,int> and cannot hold {a=b}, a ");
    }

    @Test
    void rowsWithinRowsFitByPosition() {
        assertThat(fitted("STRUCT<zip: STRING, at: STRUCT<time: TIMESTAMP>>", row("9000", row("00:05"))))
                .isEqualTo(row("9000", row(at("00:05"))));
        assertThat(refusalOf(() -> fitted("STRUCT<zip: STRING, n: INT>", row("9000"))))
                .isEqualTo("A row of 1 values was given, but the schema has 2 columns: zip, n.");
        assertThat(refusalOf(() -> fitted("STRUCT<zip: STRING, n: INT>", row("9000", "two"))))
                .isEqualTo("Column \"n\" is int and cannot hold two, a String.");
    }

    @Test
    void rowsFitByPositionWhateverTheirOwnColumnsAreCalled() {
        StructType schema = StructType.fromDDL("a STRING, b BIGINT, c TIMESTAMP");

        Row fitted = Values.row(row("x", 1, "00:05"), schema);

        assertThat(fitted).isEqualTo(row("x", 1L, at("00:05")));
    }

    @Test
    void rowOfAnotherLengthIsRefusedWithTheColumnsThatThereAre() {
        StructType schema = StructType.fromDDL("zip STRING, hits BIGINT");

        assertThat(refusalOf(() -> Values.row(row("9000"), schema)))
                .isEqualTo("A row of 1 values was given, but the schema has 2 columns: zip, hits.");
        assertThat(refusalOf(() -> Values.row(row("9000", 1, 2), schema)))
                .isEqualTo("A row of 3 values was given, but the schema has 2 columns: zip, hits.");
        assertThat(refusalOf(() -> Values.row(row(), schema)))
                .isEqualTo("A row of 0 values was given, but the schema has 2 columns: zip, hits.");
    }

    @Test
    void longValueIsCutInTheRefusal() {
        assertThat(refusalOf(() -> fitted("INT", "9".repeat(100))))
                .isEqualTo("Column \"x\" is int and cannot hold " + "9".repeat(57) + "..., a String.");
    }

    private static Map<Object, @Nullable Object> expectedMap() {
        Map<Object, @Nullable Object> expected = new LinkedHashMap<>();
        expected.put(1L, at("00:05"));
        expected.put(2L, null);
        return expected;
    }

    private static Object value(String type, Object given) {
        return java.util.Objects.requireNonNull(fitted(type, given));
    }

    private static @Nullable Object fitted(String type, @Nullable Object value) {
        return Values.row(row(value), StructType.fromDDL("x " + type)).get(0);
    }
}
