package io.millrace.testkit;

import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Which rows a difference takes for the same one, with other values. */
class RowDiffPairsTest {
    private static final StructType COUNTS = StructType.fromDDL("zip STRING, hits BIGINT");

    @Test
    void rowThatAgreesInMostColumnsIsShownNextToTheExpectedOne() {
        StructType schema = StructType.fromDDL("zip STRING, city STRING, hits BIGINT");

        assertThat(unordered(schema, List.of(row("9000", "Gent", 3L)), List.of(row("9000", "Gent", 2L))))
                .isEqualTo("""
                        1 row differs

                                    zip   city  hits
                          expected  9000  Gent  *3*
                          was       9000  Gent  *2*
                        """);
    }

    @Test
    void rowsThatAgreeInTheSmallerPartOnlyAreNotPaired() {
        StructType schema = StructType.fromDDL("zip STRING, city STRING, hits BIGINT");

        assertThat(unordered(schema, List.of(row("9000", "Gent", 3L)), List.of(row("1000", "Gent", 2L))))
                .isEqualTo("""
                        1 row is missing, 1 row was not expected

                                        zip   city  hits
                          missing       9000  Gent  3
                          not expected  1000  Gent  2
                        """);
    }

    @Test
    void halfOfTheColumnsIsEnoughIfTheFirstIsAmongThem() {
        assertThat(unordered(COUNTS, List.of(row("a", 1L)), List.of(row("a", 2L))))
                .startsWith("1 row differs\n");
        assertThat(unordered(COUNTS, List.of(row("a", 1L)), List.of(row("b", 1L))))
                .startsWith("1 row is missing, 1 row was not expected\n");
    }

    @Test
    void nearestOfSeveralCandidatesIsChosen() {
        StructType schema = StructType.fromDDL("a INT, b INT, c INT, d INT, e INT");

        assertThat(unordered(
                        schema,
                        List.of(row(1, 2, 3, 4, 5)),
                        List.of(row(1, 2, 3, 0, 0), row(1, 2, 3, 4, 0), row(0, 0, 3, 4, 5))))
                .isEqualTo("""
                        1 row differs, 2 rows were not expected

                                        a  b  c  d  e
                          expected      1  2  3  4  *5*
                          was           1  2  3  4  *0*
                          not expected  1  2  3  0  0
                          not expected  0  0  3  4  5
                        """);
    }

    @Test
    void keysPairRowsThatAgreeInNothingElse() {
        StructType schema = StructType.fromDDL("a INT, id INT, b INT, c INT");
        RowDiff byId = new RowDiff(schema, Map.of(), List.of("id"));

        assertThat(byId.unordered(List.of(row(1, 7, 1, 1)), List.of(row(2, 7, 2, 2))))
                .hasValue("""
                        1 row differs

                                    a    id  b    c
                          expected  *1*  7   *1*  *1*
                          was       *2*  7   *2*  *2*
                        """);
    }

    @Test
    void keysKeepRowsApartThatAgreeInAllElse() {
        StructType schema = StructType.fromDDL("a INT, id INT, b INT, c INT");
        RowDiff byId = new RowDiff(schema, Map.of(), List.of("id"));

        assertThat(byId.unordered(List.of(row(1, 7, 1, 1)), List.of(row(1, 8, 1, 1))))
                .hasValue("""
                        1 row is missing, 1 row was not expected

                                        a  id  b  c
                          missing       1  7   1  1
                          not expected  1  8   1  1
                        """);
    }

    @Test
    void ofManyPairsTwentyAreShownAndTheOthersCountAsMissingAndUnexpected() {
        List<Row> expected = new ArrayList<>();
        List<Row> actual = new ArrayList<>();
        for (long n = 0; n < 22; n++) {
            expected.add(row("zip " + n, n));
            actual.add(row("zip " + n, n + 100));
        }

        assertThat(unordered(COUNTS, expected, actual))
                .startsWith("20 rows differ, 2 rows are missing, 2 rows were not expected\n");
    }

    @Test
    void tolerancePassesNumbersThatAreNearAndShowsThoseThatAreNot() {
        StructType schema = StructType.fromDDL("zip STRING, mean DOUBLE");
        RowDiff near = new RowDiff(schema, Map.of("mean", 0.5), List.of());

        assertThat(near.unordered(List.of(row("a", 1.0), row("b", 9.0)), List.of(row("b", 9.5), row("a", 0.5))))
                .isEmpty();
        assertThat(near.unordered(List.of(row("a", 1.0)), List.of(row("a", 1.6))))
                .hasValue("""
                1 row differs

                            zip  mean
                  expected  a    *1.0*
                  was       a    *1.6*
                """);
        assertThat(near.unordered(List.of(row("a", 1.0)), List.of(row("a", null))))
                .isPresent();
        assertThat(near.unordered(List.of(row("a", null)), List.of(row("a", null))))
                .isEmpty();
    }

    private static String unordered(StructType schema, List<Row> expected, List<Row> actual) {
        return new RowDiff(schema, Map.of(), List.of())
                .unordered(expected, actual)
                .orElse("no difference");
    }
}
