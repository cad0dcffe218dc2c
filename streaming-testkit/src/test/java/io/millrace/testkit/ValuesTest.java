package io.millrace.testkit;

import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.at;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
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
        assertThat(fitted("BINARY", bytes)).isEqualTo(bytes).isNotSameAs(bytes);
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
    void timesWithoutAZoneAndIntervalsAreWrittenAsText() {
        assertThat(fitted("TIMESTAMP_NTZ", "00:05")).isEqualTo(LocalDateTime.of(2026, 1, 1, 0, 5));
        assertThat(fitted("TIMESTAMP_NTZ", "2026-01-02 03:04:05")).isEqualTo(LocalDateTime.of(2026, 1, 2, 3, 4, 5));
        assertThat(fitted("INTERVAL DAY TO SECOND", "PT5M")).isEqualTo(Duration.ofMinutes(5));
        assertThat(fitted("INTERVAL YEAR TO MONTH", "P1Y2M")).isEqualTo(Period.of(1, 2, 0));
    }

    @Test
    void timesOfAllYearsThatSparkHasAreTaken() {
        StructType time = StructType.fromDDL("at TIMESTAMP");

        for (String year : List.of("0001", "1500", "2300", "9999")) {
            Instant instant = Instant.parse(year + "-06-01T00:00:00.000001Z");
            assertThat(Values.row(row(instant), time).get(0)).isEqualTo(instant);
        }
        assertThat(refusalOf(() -> Values.row(row(Instant.MAX), time))).startsWith("Column \"at\" is timestamp and");
    }

    @Test
    void partsOfAMicrosecondAreRefusedAndNotCutOff() {
        String advice = " Spark keeps microseconds: call truncatedTo(ChronoUnit.MICROS).";

        assertThat(refusalOf(() -> fitted("TIMESTAMP", "00:00:00.0000015")))
                .isEqualTo("Column \"x\" is timestamp and cannot hold 00:00:00.0000015, a String." + advice);
        assertThat(refusalOf(
                        () -> fitted("TIMESTAMP", Timestamp.from(at("00:05").plusNanos(1)))))
                .isEqualTo("Column \"x\" is timestamp and cannot hold 00:05:00.000000001, a Timestamp." + advice);
        assertThat(refusalOf(() -> fitted("TIMESTAMP_NTZ", LocalDateTime.of(2026, 1, 2, 3, 4, 5, 1))))
                .isEqualTo("Column \"x\" is timestamp_ntz and cannot hold 2026-01-02T03:04:05.000000001, a"
                        + " LocalDateTime." + advice);
        assertThat(refusalOf(() -> fitted("INTERVAL DAY TO SECOND", Duration.ofNanos(1))))
                .isEqualTo(
                        "Column \"x\" is interval day to second and cannot hold PT0.000000001S, a Duration." + advice);
    }

    @Test
    void timeThatSparkCannotHoldIsRefused() {
        assertThat(refusalOf(() -> fitted("TIMESTAMP", Instant.MAX)))
                .startsWith(
                        "Column \"x\" is timestamp and cannot hold +1000000000-12-31T23:59:59.999999999, a Instant.");
    }

    @Test
    void numberThatWouldBeRoundedIsRefused() {
        assertThat(fitted("DOUBLE", 1L << 53)).isEqualTo(9007199254740992.0);
        assertThat(refusalOf(() -> fitted("DOUBLE", (1L << 53) + 1)))
                .isEqualTo("Column \"x\" is double and cannot hold 9007199254740993, a Long.");
        assertThat(fitted("DOUBLE", new BigDecimal("0.1"))).isEqualTo(0.1);
        assertThat(refusalOf(() -> fitted("DOUBLE", new BigDecimal("0.10000000000000000001"))))
                .isEqualTo("Column \"x\" is double and cannot hold 0.10000000000000000001, a BigDecimal.");
        assertThat(fitted("FLOAT", 0.1)).isEqualTo(0.1f);
        assertThat(refusalOf(() -> fitted("FLOAT", 16777217)))
                .isEqualTo("Column \"x\" is float and cannot hold 16777217, a Integer.");
        assertThat(refusalOf(() -> fitted("FLOAT", 1e300)))
                .isEqualTo("Column \"x\" is float and cannot hold 1.0E300, a Double.");
        for (double special : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY}) {
            assertThat(fitted("DOUBLE", special)).isEqualTo(special);
            assertThat(fitted("FLOAT", special)).isEqualTo((float) special);
        }
    }

    @Test
    void arraysOfPrimitivesFitLikeLists() {
        assertThat(fitted("ARRAY<BIGINT>", new int[] {1, 2})).isEqualTo(List.of(1L, 2L));
        assertThat(fitted("ARRAY<DOUBLE>", new double[] {0.5})).isEqualTo(List.of(0.5));
        assertThat(fitted("ARRAY<ARRAY<BOOLEAN>>", new boolean[][] {{true}, {}}))
                .isEqualTo(List.of(List.of(true), List.of()));
    }

    @Test
    void nullIsRefusedWhereTheColumnHasNone() {
        StructType schema = StructType.fromDDL("id INT NOT NULL, place STRUCT<zip: STRING NOT NULL>, name STRING");
        DataType array = DataTypes.createArrayType(DataTypes.IntegerType, false);
        DataType map = DataTypes.createMapType(DataTypes.StringType, DataTypes.IntegerType, false);
        StructType nested = new StructType().add("a", array).add("m", map);
        String refusal = " is NOT NULL and cannot hold NULL.";

        Values.checkNulls(row(1, row("9000"), null), schema);
        Values.checkNulls(row(1, null, null), schema);
        assertThat(refusalOf(() -> Values.checkNulls(row(null, null, null), schema)))
                .isEqualTo("Column \"id\"" + refusal);
        assertThat(refusalOf(() -> Values.checkNulls(row(1, row((Object) null), null), schema)))
                .isEqualTo("Column \"place.zip\"" + refusal);
        assertThat(refusalOf(() -> Values.checkNulls(row(Arrays.asList(1, null), null), nested)))
                .isEqualTo("Column \"a[]\"" + refusal);
        assertThat(refusalOf(() -> Values.checkNulls(row(null, Collections.singletonMap("k", null)), nested)))
                .isEqualTo("Column \"m{}\"" + refusal);
        assertThat(refusalOf(() -> Values.checkNulls(row(null, Collections.singletonMap(null, 1)), nested)))
                .isEqualTo("Column \"m{key}\"" + refusal);
    }

    @Test
    void whatIsNoRowIsRefused() {
        StructType schema = StructType.fromDDL("zip STRING");

        assertThat(refusalOf(() -> Values.row(3, schema)))
                .isEqualTo(
                        "3, a Integer, is not a row: write row(..), or a record or bean with a name for each column.");
        for (Object value : List.of("a", List.of("a"), Map.of("a", 1), Optional.of("a"), at("00:05"), Colour.RED)) {
            for (StructType columns : List.of(schema, StructType.fromDDL("empty BOOLEAN"))) {
                assertThat(refusalOf(() -> Values.row(value, columns)))
                        .startsWith(RowText.value(value) + ", a ")
                        .endsWith(" is not a row: write row(..), or a record or bean with a name for each column.");
            }
        }
        assertThat(refusalOf(() -> Values.row(new int[] {3}, schema)))
                .isEqualTo(
                        "[3], a int[], is not a row: write row(..), or a record or bean with a name for each column.");
    }

    @Test
    void valueOfAnotherTypeThanThatOfItsColumnIsRefusedForEveryType() {
        assertThat(refusalOf(() -> fitted("TIMESTAMP_NTZ", 5)))
                .isEqualTo("Column \"x\" is timestamp_ntz and cannot hold 5, a Integer.");
        assertThat(refusalOf(() -> fitted("INTERVAL DAY TO SECOND", "5 minutes")))
                .isEqualTo("Column \"x\" is interval day to second and cannot hold 5 minutes, a String.");
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
                .isEqualTo("The row has 1 value for 2 columns: zip, n.");
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
                .isEqualTo("The row has 1 value for 2 columns: zip, hits.");
        assertThat(refusalOf(() -> Values.row(row("9000", 1, 2), schema)))
                .isEqualTo("The row has 3 values for 2 columns: zip, hits.");
        assertThat(refusalOf(() -> Values.row(row(), schema)))
                .isEqualTo("The row has 0 values for 2 columns: zip, hits.");
    }

    @Test
    void longValueIsCutInTheRefusal() {
        assertThat(refusalOf(() -> fitted("INT", "9".repeat(100))))
                .isEqualTo("Column \"x\" is int and cannot hold " + "9".repeat(57) + "..., a String.");
    }

    @Test
    void oldTimestampIsTheTimeOfItsNameAsSparkReadsIt() {
        assertThat(fitted("TIMESTAMP", Timestamp.valueOf("0001-01-01 00:00:00")))
                .isEqualTo(LocalDateTime.of(1, 1, 1, 0, 0)
                        .atZone(ZoneId.systemDefault())
                        .toInstant());
        assertThat(fitted("DATE", Date.valueOf("0001-01-01"))).isEqualTo(LocalDate.of(1, 1, 1));
        assertThat(refusalOf(() -> fitted("TIMESTAMP", new Timestamp(Long.MAX_VALUE))))
                .startsWith("Column \"x\" is timestamp and cannot hold 292278994-08-17")
                .endsWith(", a Timestamp.");
    }

    @ParameterizedTest
    @CsvSource({
        "INTERVAL YEAR, interval year, P1Y2M, years",
        "INTERVAL MONTH, interval month, P1D, months",
        "INTERVAL YEAR TO MONTH, interval year to month, P3D, months"
    })
    void periodThatItsColumnWouldCutIsRefused(String type, String shown, String period, String kept) {
        assertThat(fitted(type, Period.ofMonths(24))).isEqualTo(Period.ofYears(2));
        assertThat(refusalOf(() -> fitted(type, Period.parse(period))))
                .isEqualTo("Column \"x\" is " + shown + " and cannot hold " + period + ", a Period. It keeps whole "
                        + kept + ".");
    }

    @ParameterizedTest
    @CsvSource({
        "INTERVAL DAY, interval day, PT25H, days",
        "INTERVAL DAY TO HOUR, interval day to hour, PT1H30M, hours",
        "INTERVAL HOUR TO MINUTE, interval hour to minute, PT1M1S, minutes",
        "INTERVAL MINUTE, interval minute, PT0.001S, minutes"
    })
    void durationThatItsColumnWouldCutIsRefused(String type, String shown, String duration, String kept) {
        assertThat(fitted(type, Duration.ofDays(-3))).isEqualTo(Duration.ofDays(-3));
        assertThat(refusalOf(() -> fitted(type, Duration.parse(duration))))
                .isEqualTo("Column \"x\" is " + shown + " and cannot hold " + duration + ", a Duration. It keeps whole "
                        + kept + ".");
    }

    @Test
    void dayThatSparkCannotHoldIsRefused() {
        assertThat(fitted("DATE", LocalDate.ofEpochDay(Integer.MAX_VALUE)))
                .isEqualTo(LocalDate.ofEpochDay(Integer.MAX_VALUE));
        assertThat(refusalOf(() -> fitted("DATE", LocalDate.MAX)))
                .isEqualTo("Column \"x\" is date and cannot hold +999999999-12-31, a LocalDate. Spark keeps days in"
                        + " 32 bits.");
    }

    @Test
    void halfOfACharacterIsNoText() {
        assertThat(refusalOf(() -> fitted("STRING", "a\ud800")))
                .isEqualTo("Column \"x\" is string and cannot hold a\\ud800, a String. This is not a text, since it"
                        + " has half of a surrogate pair.");
        assertThat(refusalOf(() -> fitted("ARRAY<STRING>", List.of("\udc00"))))
                .endsWith(" This is not a text, since it has half of a surrogate pair.");
        assertThat(fitted("STRING", "\ud83d\ude00")).isEqualTo("\ud83d\ude00");
    }

    @Test
    void keysOfAMapThatAreTheSameInItsColumnAreRefused() {
        Map<Object, String> map = new LinkedHashMap<>();
        map.put(1, "a");
        map.put(1L, "b");

        assertThat(refusalOf(() -> fitted("MAP<BIGINT, STRING>", map)))
                .isEqualTo("The map {1=a, 1=b} has the key 1 twice.");
        byte[] key = {1};
        assertThat(refusalOf(() -> fitted("MAP<BINARY, INT>", Map.of(key, 2, key.clone(), 2))))
                .isEqualTo("The map {0x01=2, 0x01=2} has the key 0x01 twice.");
    }

    @Test
    void pathIsNoArrayAndAnArrayIsShownAsOne() {
        assertThat(refusalOf(() -> fitted("ARRAY<STRING>", Path.of("a"))))
                .isEqualTo("Column \"x\" is array<string> and cannot hold a, a UnixPath.");
        assertThat(refusalOf(() -> fitted("ARRAY<STRING>", Path.of("/"))))
                .isEqualTo("Column \"x\" is array<string> and cannot hold /, a UnixPath.");
        assertThat(refusalOf(() -> fitted("INT", new String[] {"a", "b"})))
                .isEqualTo("Column \"x\" is int and cannot hold [a, b], a String[].");
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
