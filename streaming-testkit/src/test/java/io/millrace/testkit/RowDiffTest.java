package io.millrace.testkit;

import static io.millrace.testkit.StreamKit.at;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** How a difference between two lists of rows reads. */
class RowDiffTest {
    private static final StructType COUNTS = StructType.fromDDL("zip STRING, hits BIGINT");

    @Test
    void equalRowsDoNotDifferInWhateverOrder() {
        List<Row> rows = List.of(row("9000", 1L), row("1000", 2L), row("9000", 1L));
        List<Row> shuffled = List.of(row("1000", 2L), row("9000", 1L), row("9000", 1L));

        assertThat(diff(COUNTS).unordered(rows, shuffled)).isEmpty();
        assertThat(diff(COUNTS).unordered(List.of(), List.of())).isEmpty();
        assertThat(diff(COUNTS).ordered(rows, List.copyOf(rows))).isEmpty();
    }

    @Test
    void textsThatDifferAfterWhatIsShownAreShownAtTheirDifference() {
        String start = "0123456789".repeat(7);

        assertThat(unordered(COUNTS, List.of(row(start + "a", 1L)), List.of(row(start + "b", 1L))))
                .isEqualTo("""
                        1 row differs

                                    zip                         hits
                          expected  *...01234567890123456789a*  1
                          was       *...01234567890123456789b*  1
                        """);
    }

    @Test
    void valuesThatReadTheSameAreShownWithWhatTheyAre() {
        StructType zip = StructType.fromDDL("zip STRING");
        String start = "0123456789".repeat(7);

        assertThat(unordered(zip, List.of(row("null")), List.of(row((Object) null))))
                .isEqualTo("""
                1 row is missing, 1 row was not expected

                                zip
                  missing       "null"
                  not expected  null
                """);
        assertThat(unordered(COUNTS, List.of(row("a", 1L)), List.of(row("a ", 1L))))
                .isEqualTo("""
                1 row is missing, 1 row was not expected

                                zip   hits
                  missing       a     1
                  not expected  "a "  1
                """);
        assertThat(unordered(zip, List.of(row(start + "a")), List.of(row(start + "b"))))
                .contains("expected  *...01234567890123456789a*");
        assertThat(unordered(zip, List.of(row(start)), List.of(row(start + "b"))))
                .contains("expected  *...01234567890123456789*", "was       *...01234567890123456789b*");
    }

    @Test
    void missingRowIsShownUnderItsColumns() {
        assertThat(unordered(COUNTS, List.of(row("9000", 1L)), List.of())).isEqualTo("""
                1 row is missing

                           zip   hits
                  missing  9000  1
                """);
    }

    @Test
    void severalMissingRowsAreCounted() {
        assertThat(unordered(COUNTS, List.of(row("9000", 1L), row("1000", 22L)), List.of()))
                .isEqualTo("""
                        2 rows are missing

                                   zip   hits
                          missing  9000  1
                          missing  1000  22
                        """);
    }

    @Test
    void unexpectedRowIsShown() {
        assertThat(unordered(COUNTS, List.of(), List.of(row("9000", 1L)))).isEqualTo("""
                1 row was not expected

                                zip   hits
                  not expected  9000  1
                """);
    }

    @Test
    void severalUnexpectedRowsAreCounted() {
        assertThat(unordered(COUNTS, List.of(), List.of(row("9000", 1L), row("1", 1L))))
                .startsWith("2 rows were not expected\n\n");
    }

    @Test
    void rowThatCameOnceTooOftenIsNotExpected() {
        Row once = row("9000", 1L);

        assertThat(unordered(COUNTS, List.of(once, once), List.of(once, once, once)))
                .startsWith("1 row was not expected\n");
        assertThat(unordered(COUNTS, List.of(once, once, once), List.of(once))).startsWith("2 rows are missing\n");
    }

    @Test
    void nullDiffersFromEveryValueAndEqualsItself() {
        assertThat(diff(COUNTS).unordered(List.of(row("a", null)), List.of(row("a", null))))
                .isEmpty();
        assertThat(unordered(COUNTS, List.of(row("a", null)), List.of(row("a", 0L))))
                .isEqualTo("""
                        1 row differs

                                    zip  hits
                          expected  a    *null*
                          was       a    *0*
                        """);
    }

    @Test
    void decimalsCompareByValueAndNotByScale() {
        StructType schema = StructType.fromDDL("item STRING, price DECIMAL(10, 2)");
        Row expected = row("pen", new BigDecimal("1.5"));

        assertThat(diff(schema).unordered(List.of(expected), List.of(row("pen", new BigDecimal("1.500")))))
                .isEmpty();
        assertThat(unordered(schema, List.of(expected), List.of(row("pen", new BigDecimal("1.51")))))
                .isEqualTo("""
                        1 row differs

                                    item  price
                          expected  pen   *1.5*
                          was       pen   *1.51*
                        """);
    }

    @Test
    void bytesCompareByContentAndAreShownAsText() {
        StructType schema = StructType.fromDDL("id INT, bytes BINARY");

        assertThat(diff(schema).unordered(List.of(row(1, bytes(1, 2))), List.of(row(1, bytes(1, 2)))))
                .isEmpty();
        assertThat(unordered(schema, List.of(row(1, bytes('a', 'b'))), List.of(row(1, bytes(0, 255)))))
                .isEqualTo("""
                        1 row differs

                                    id  bytes
                          expected  1   *ab*
                          was       1   *0x00ff*
                        """);
    }

    @Test
    void bytesWithinOtherValuesCompareByContentAsWell() {
        StructType schema = StructType.fromDDL(
                "a ARRAY<BINARY>, m MAP<STRING, BINARY>, h ARRAY<STRUCT<key: STRING, value: BINARY>>");

        assertThat(unordered(schema, List.of(withBytes("x")), List.of(withBytes("x"))))
                .isEqualTo("no difference");
        assertThat(unordered(schema, List.of(withBytes("x")), List.of(withBytes("y"))))
                .isEqualTo("""
                1 row is missing, 1 row was not expected

                                a    m      h
                  missing       [x]  {k=x}  [(k, x)]
                  not expected  [y]  {k=y}  [(k, y)]
                """);
    }

    private static Row withBytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return row(List.of(bytes), Map.of("k", bytes.clone()), List.of(row("k", bytes.clone())));
    }

    @Test
    void timesOfTheDayAreShownShortAndOthersInFull() {
        StructType schema = StructType.fromDDL("id INT, time TIMESTAMP");

        assertThat(unordered(
                        schema,
                        List.of(row(1, at("00:05")), row(2, at("00:05:30"))),
                        List.of(row(1, at("2026-01-02T00:05:00Z")), row(2, at("00:05:30.001")))))
                .isEqualTo("""
                        2 rows differ

                                    id  time
                          expected  1   *00:05*
                          was       1   *2026-01-02T00:05*
                          expected  2   *00:05:30*
                          was       2   *00:05:30.001*
                        """);
    }

    @Test
    void nestedValuesAreShownWholeAndMarkedAsOne() {
        StructType schema = StructType.fromDDL(
                "id INT, place STRUCT<zip: STRING, city: STRING>, tags ARRAY<STRING>, n MAP<STRING, INT>");
        Row expected = row(1, row("9000", "Gent"), List.of("a", "b"), Map.of("k", 1));
        Row actual = row(1, row("9000", null), List.of("a"), Map.of("k", 1));

        assertThat(unordered(schema, List.of(expected), List.of(actual))).isEqualTo("""
                1 row differs

                            id  place           tags      n
                  expected  1   *(9000, Gent)*  *[a, b]*  {k=1}
                  was       1   *(9000, null)*  *[a]*     {k=1}
                """);
    }

    @Test
    void rowsInAnotherOrderNameTheFirstThatIsOutOfPlace() {
        List<Row> expected = List.of(row("a", 1L), row("b", 2L), row("c", 3L));

        assertThat(diff(COUNTS).ordered(expected, List.of(row("a", 1L), row("c", 3L), row("b", 2L))))
                .hasValue("""
                        the same rows in another order, first at row 2

                                    zip  hits
                          expected  b    2
                          was       c    3
                        """);
    }

    @Test
    void longValuesInAnotherOrderAreShownAtTheirDifference() {
        String start = "0123456789".repeat(7);
        List<Row> expected = List.of(row(start + "a", 1L), row(start + "b", 1L));

        assertThat(diff(COUNTS).ordered(expected, List.of(expected.get(1), expected.get(0))))
                .hasValue("""
                        the same rows in another order, first at row 1

                                    zip                       hits
                          expected  ...01234567890123456789a  1
                          was       ...01234567890123456789b  1
                        """);
    }

    @Test
    void longPartsOfValuesAreShownAtTheirDifference() {
        StructType schema = StructType.fromDDL("l ARRAY<STRING>, s STRUCT<m: MAP<STRING, STRING>>, n INT");
        String start = "0123456789".repeat(7);

        assertThat(unordered(schema, List.of(nested(start + "a")), List.of(nested(start + "b"))))
                .isEqualTo("""
                        1 row differs

                                    l                            s                             n
                          expected  *...01234567890123456789a]*  *...01234567890123456789a})*  1
                          was       *...01234567890123456789b]*  *...01234567890123456789b})*  1
                        """);
    }

    private static Row nested(String text) {
        return row(List.of(text), row(Map.of("k", text)), 1);
    }

    @Test
    void missingAndUnexpectedRowsThatWouldReadAlikeAreShownWhereTheyDiffer() {
        String start = "0123456789".repeat(7);
        RowDiff keyed = new RowDiff(COUNTS, Map.of(), List.of("zip"));

        assertThat(keyed.unordered(List.of(row(start + "a", 1L)), List.of(row(start + "b", 1L))))
                .hasValue("""
                        1 row is missing, 1 row was not expected

                                        zip                       hits
                          missing       ...01234567890123456789a  1
                          not expected  ...01234567890123456789b  1
                        """);
    }

    @Test
    void textsThatReadAsSeveralAreToldApart() {
        StructType schema = StructType.fromDDL("id INT, l ARRAY<STRING>");

        assertThat(unordered(schema, List.of(row(1, List.of("a, b"))), List.of(row(1, List.of("a", "b")))))
                .isEqualTo("""
                        1 row differs

                                    id  l
                          expected  1   *["a, b"]*
                          was       1   *[a, b]*
                        """);
    }

    @Test
    void otherRowsInAnotherOrderAreReportedAsOtherRows() {
        assertThat(diff(COUNTS).ordered(List.of(row("a", 1L), row("b", 2L)), List.of(row("b", 2L), row("a", 9L))))
                .hasValueSatisfying(text -> assertThat(text).startsWith("1 row differs\n"));
    }

    @Test
    void ofManyRowsTwentyAreShownAndTheOthersCounted() {
        List<Row> many = Collections.nCopies(23, row("9000", 1L));

        String missing = unordered(COUNTS, many, List.of());
        String unexpected = unordered(COUNTS, List.of(), many);

        assertThat(missing).startsWith("23 rows are missing\n").endsWith("""
                          missing  9000            1
                          missing  ... and 3 more
                        """);
        assertThat(missing.lines().filter("  missing  9000            1"::equals))
                .hasSize(20);
        assertThat(unexpected).startsWith("23 rows were not expected\n").endsWith("  not expected  ... and 3 more\n");
    }

    @Test
    void ofWideRowsThatDifferOnlyTheColumnsThatDoAreShown() {
        StructType wide = new StructType();
        Object[] values = new Object[40];
        for (int column = 0; column < values.length; column++) {
            wide = wide.add("c" + column, "int");
            values[column] = column;
        }
        Object[] other = values.clone();
        other[39] = -1;

        assertThat(unordered(wide, List.of(row(values)), List.of(row(other)))).isEqualTo("""
                1 row differs

                            c39
                  expected  *39*
                  was       *-1*
                  The other 39 columns are equal.
                """);
        assertThat(new RowDiff(wide, Map.of(), List.of("c7"))
                        .unordered(List.of(row(values)), List.of(row(other)))
                        .orElseThrow())
                .isEqualTo("""
                        1 row differs

                                    c7  c39
                          expected  7   *39*
                          was       7   *-1*
                          The other 38 columns are equal.
                        """);
        String alone = unordered(wide, List.of(row(values)), List.of());
        assertThat(alone.lines())
                .hasSize(4)
                .last()
                .asString()
                .startsWith("  missing  0 ")
                .endsWith(" 39");
    }

    private static RowDiff diff(StructType schema) {
        return new RowDiff(schema, Map.of(), List.of());
    }

    private static String unordered(StructType schema, List<Row> expected, List<Row> actual) {
        return diff(schema).unordered(expected, actual).orElse("no difference");
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int index = 0; index < bytes.length; index++) {
            bytes[index] = (byte) values[index];
        }
        return bytes;
    }
}
