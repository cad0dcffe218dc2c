package io.millrace.testkit;

import static io.millrace.testkit.StreamKit.at;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.spark.ScalaCollections;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Values and rows as text in messages. */
class RowTextTest {
    @Test
    void plainValuesAreShownAsTheyAre() {
        assertThat(RowText.value("Gent")).isEqualTo("Gent");
        assertThat(RowText.value(3L)).isEqualTo("3");
        assertThat(RowText.value(-0.5)).isEqualTo("-0.5");
        assertThat(RowText.value(true)).isEqualTo("true");
        assertThat(RowText.value(new BigDecimal("1.50"))).isEqualTo("1.50");
        assertThat(RowText.value(LocalDate.of(2026, 1, 2))).isEqualTo("2026-01-02");
        assertThat(RowText.value(Duration.ofMinutes(5))).isEqualTo("PT5M");
        assertThat(RowText.value(null)).isEqualTo("null");
    }

    @Test
    void timesAreShownAsATestWritesThem() {
        assertThat(RowText.value(at("00:05"))).isEqualTo("00:05");
        assertThat(RowText.value(Timestamp.from(at("23:59:59.5")))).isEqualTo("23:59:59.500");
        assertThat(RowText.value(at("2026-01-02T00:05:01Z"))).isEqualTo("2026-01-02T00:05:01");
    }

    @Test
    void windowIsShownAsItsTwoEnds() {
        assertThat(RowText.value(row(at("00:00"), at("00:10")))).isEqualTo("00:00-00:10");
        assertThat(RowText.value(row(Timestamp.from(at("00:00")), Timestamp.from(at("00:10")))))
                .isEqualTo("00:00-00:10");
        assertThat(RowText.value(row(at("2025-12-31T23:50:00Z"), at("00:00")))).isEqualTo("2025-12-31T23:50-00:00");
    }

    @Test
    void rowOfOtherThanTwoTimesIsNotAWindow() {
        assertThat(RowText.value(row(at("00:00")))).isEqualTo("(00:00)");
        assertThat(RowText.value(row(at("00:00"), null))).isEqualTo("(00:00, null)");
        assertThat(RowText.value(row(at("00:00"), at("00:01"), at("00:02")))).isEqualTo("(00:00, 00:01, 00:02)");
        assertThat(RowText.row(row(at("00:00"), at("00:10")))).isEqualTo("(00:00, 00:10)");
    }

    @Test
    void nestedRowsListsAndMapsAreShownInBrackets() {
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        map.put("k", List.of(1, 2));
        map.put("time", at("00:05"));
        map.put("none", null);

        assertThat(RowText.value(Arrays.asList("a", null, at("00:05")))).isEqualTo("[a, null, 00:05]");
        assertThat(RowText.value(map)).isEqualTo("{k=[1, 2], time=00:05, none=null}");
        assertThat(RowText.value(row("9000", row(1, List.of())))).isEqualTo("(9000, (1, []))");
        assertThat(RowText.row(row())).isEqualTo("()");
    }

    @Test
    void scalaCollectionsAreShownLikeJavaOnes() {
        var seq = ScalaCollections.seq(new ArrayList<>(List.of("a", "b")));
        var map = ScalaCollections.scalaMap(new LinkedHashMap<>(Map.of("k", at("00:05"))));

        assertThat(RowText.value(seq)).isEqualTo("[a, b]");
        assertThat(RowText.value(map)).isEqualTo("{k=00:05}");
    }

    @Test
    void bytesAreShownAsTextOrElseInHexadecimal() {
        assertThat(RowText.value("{\"zip\":\"é\"}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("{\"zip\":\"é\"}");
        assertThat(RowText.value(new byte[0])).isEqualTo("\"\"");
        assertThat(RowText.value(new byte[] {0, 1, (byte) 0xab})).isEqualTo("0x0001ab");
        assertThat(RowText.value("é".getBytes(StandardCharsets.ISO_8859_1))).isEqualTo("0xe9");
        assertThat(RowText.value("{\r\n\t\"zip\":1}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("{\\r\\n\\t\"zip\":1}");
        assertThat(RowText.value("a\n\u0000".getBytes(StandardCharsets.UTF_8))).isEqualTo("0x610a00");
    }

    @Test
    void lineBreaksStayOnTheLine() {
        assertThat(RowText.value("two\nlines")).isEqualTo("two\\nlines");
        assertThat(RowText.row(row("a\n", "\nb"))).isEqualTo("(\"a\\n\", \"\\nb\")");
    }

    @Test
    void textThatWouldNotBeSeenOrReadsAsAnotherValueIsQuoted() {
        assertThat(RowText.row(row("null", null))).isEqualTo("(\"null\", null)");
        assertThat(RowText.row(row("", " ", "a ", " a", "a b"))).isEqualTo("(\"\", \" \", \"a \", \" a\", a b)");
        assertThat(RowText.value("\"a\"")).isEqualTo("\"\"a\"\"");
        assertThat(RowText.value(" a".getBytes(StandardCharsets.UTF_8))).isEqualTo("\" a\"");
    }

    @Test
    void textWithinAListRowOrMapIsQuotedIfItWouldReadAsSeveral() {
        assertThat(RowText.value(List.of("a, b"))).isEqualTo("[\"a, b\"]");
        assertThat(RowText.value(List.of("a", "b"))).isEqualTo("[a, b]");
        assertThat(RowText.value(row("a, b", "c"))).isEqualTo("(\"a, b\", c)");
        assertThat(RowText.value(row("a", "b, c"))).isEqualTo("(a, \"b, c\")");
        assertThat(RowText.value(Map.of("a", "b, c=d"))).isEqualTo("{a=\"b, c=d\"}");
        assertThat(RowText.value(Map.of("a=b", "c"))).isEqualTo("{\"a=b\"=c}");
        assertThat(RowText.value(List.of("[]", "a\"", "(b)", "{}"))).isEqualTo("[\"[]\", \"a\\\"\", \"(b)\", \"{}\"]");
        assertThat(RowText.value(List.of("a, b".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("[\"a, b\"]");
        assertThat(RowText.value(List.of("null", ""))).isEqualTo("[\"null\", \"\"]");
        assertThat(RowText.lines(List.of(row("a, b", "c"), row("a", "b, c")), true))
                .isEqualTo("(\"a, b\", c)\n(a, \"b, c\")");
    }

    @Test
    void textThatReadsAsBytesOrAsAnEscapeIsToldApart() {
        assertThat(RowText.value("0x01")).isEqualTo("\"0x01\"");
        assertThat(RowText.value("0x01".getBytes(StandardCharsets.UTF_8))).isEqualTo("\"0x01\"");
        assertThat(RowText.value(new byte[] {1})).isEqualTo("0x01");
        assertThat(RowText.value("a\\nb")).isEqualTo("a\\\\nb");
        assertThat(RowText.value("a\nb")).isEqualTo("a\\nb");
    }

    @Test
    void javaArrayIsShownLikeAList() {
        assertThat(RowText.value(new String[] {"a", "b, c"})).isEqualTo("[a, \"b, c\"]");
        assertThat(RowText.value(new int[][] {{1, 2}, {}})).isEqualTo("[[1, 2], []]");
    }

    @Test
    void pathIsShownAsItsText() {
        assertThat(RowText.value(Path.of("a"))).isEqualTo("a");
    }

    @Test
    void oldTimestampIsShownAsTheTimeThatSparkReads() {
        assertThat(RowText.value(Timestamp.valueOf("0001-01-01 00:00:00.000000001")))
                .isEqualTo("0001-01-01T00:00:00.000000001");
        assertThat(RowText.value(new Timestamp(Long.MAX_VALUE))).startsWith("292278994-08-17");
    }

    @Test
    void charactersThatAreNotSeenAreShownByTheirNumber() {
        assertThat(RowText.value("a\u00a0b\u200bc\u0007")).isEqualTo("a\\u00a0b\\u200bc\\u0007");
        assertThat(RowText.value("Zürich 🚲")).isEqualTo("Zürich 🚲");
    }

    @Test
    void linesForAnIdeAreWholeAndSortedUnlessTheirOrderCounts() {
        List<Row> rows = List.of(row("b", "x".repeat(61)), row("a", null));

        assertThat(RowText.lines(rows, false)).isEqualTo("(a, null)\n(b, " + "x".repeat(61) + ")");
        assertThat(RowText.lines(rows, true)).isEqualTo("(b, " + "x".repeat(61) + ")\n(a, null)");
    }

    @Test
    void longValueIsCutAtSixtyCharacters() {
        assertThat(RowText.value("x".repeat(60))).isEqualTo("x".repeat(60));
        assertThat(RowText.value("x".repeat(61))).isEqualTo("x".repeat(57) + "...");
        assertThat(RowText.value(new byte[100])).isEqualTo("0x" + "0".repeat(55) + "...");
    }

    @Test
    void longPartOfAValueIsCutOnlyWithTheWhole() {
        String longText = "x".repeat(50);

        assertThat(RowText.value(row(longText, longText))).isEqualTo("(" + longText + ", " + "x".repeat(4) + "...");
        assertThat(RowText.lines(List.of(row(List.of(longText + longText))), true))
                .isEqualTo("([" + longText + longText + "])");
    }

    @Test
    void longRowIsNotCutButEachOfItsValuesIs() {
        assertThat(RowText.row(row("x".repeat(61), "y".repeat(61))))
                .isEqualTo("(" + "x".repeat(57) + "..., " + "y".repeat(57) + "...)");
    }

    @Test
    void cellsAreTheValuesOfARowOneByOne() {
        assertThat(RowText.cells(row("a", null, at("00:05"), row(1, 2))))
                .containsExactly("a", "null", "00:05", "(1, 2)");
    }
}
