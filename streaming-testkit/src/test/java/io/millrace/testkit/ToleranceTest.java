package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that may differ by a tolerance, at any depth. */
@StreamingTest
class ToleranceTest {
    private static Optional<String> difference(String type, Object expected, Object actual) {
        return difference(type, List.of(expected), List.of(actual));
    }

    private static Optional<String> difference(String type, List<?> expected, List<?> actual) {
        StructType schema = StructType.fromDDL("x " + type);
        return new RowDiff(schema, Map.of("x", 0.01), List.of())
                .unordered(rows(expected, schema), rows(actual, schema));
    }

    private static List<Row> rows(List<?> values, StructType schema) {
        return values.stream()
                .map(value -> Values.row(value instanceof Row row ? row : row(value), schema))
                .toList();
    }

    @Test
    void numbersThatAreNearAreEqual() {
        assertThat(difference("DOUBLE", 1.0, 1.01)).isEmpty();
        assertThat(difference("DOUBLE", 1.0, 1.011)).isPresent();
        assertThat(difference("DECIMAL(38, 18)", new BigDecimal("1.000000000000000001"), new BigDecimal("1.01")))
                .isEmpty();
        assertThat(difference("BIGINT", Long.MAX_VALUE, Long.MAX_VALUE - 1)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void whatIsNotFiniteEqualsItselfAlone(double value) {
        assertThat(difference("DOUBLE", value, value)).isEmpty();
        assertThat(difference("DOUBLE", value, 1.0)).isPresent();
        assertThat(difference("DOUBLE", 1.0, value)).isPresent();
        assertThat(difference("FLOAT", (float) value, (float) -value).isPresent())
                .isEqualTo(!Double.isNaN(value));
    }

    @Test
    void numbersInArraysMapsAndStructsAreComparedLikeOthers() {
        assertThat(difference("ARRAY<DOUBLE>", row(List.of(1.0, 2.0)), row(List.of(1.005, 2.02))))
                .isPresent();
        assertThat(difference("ARRAY<DOUBLE>", row(List.of(1.0, 2.0)), row(List.of(1.005, 1.995))))
                .isEmpty();
        assertThat(difference("STRUCT<y: DOUBLE, z: STRING>", row(row(1.0, "a")), row(row(1.005, "a"))))
                .isEmpty();
        assertThat(difference("STRUCT<y: DOUBLE, z: STRING>", row(row(1.0, "a")), row(row(1.005, "b"))))
                .isPresent();
        assertThat(difference("MAP<STRING, DOUBLE>", row(Map.of("a", 1.0)), row(Map.of("a", 1.005))))
                .isEmpty();
        assertThat(difference("MAP<STRING, DOUBLE>", row(Map.of("a", 1.0)), row(Map.of("b", 1.0))))
                .isPresent();
        assertThat(difference("ARRAY<STRUCT<y: DOUBLE>>", row(List.of(row(1.0))), row(List.of(row(1.005)))))
                .isEmpty();
        assertThat(difference("ARRAY<DOUBLE>", row(List.of(1.0)), row(List.of(1.0, 1.0))))
                .isPresent();
    }

    @Test
    void eachRowFindsAPartnerIfThereIsAWayToPairThem() {
        assertThat(difference("DOUBLE", List.of(1.000, 1.008), List.of(1.004, 0.992)))
                .isEmpty();
        assertThat(difference("DOUBLE", List.of(1.000, 1.008), List.of(0.992, 1.004)))
                .isEmpty();
        assertThat(difference("DOUBLE", List.of(1.0, 2.0), List.of(1.0, 1.0))).hasValue("""
                1 row is missing, 1 row was not expected

                                x
                  missing       2.0
                  not expected  1.0
                """);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.01, Double.NaN, Double.POSITIVE_INFINITY})
    void toleranceThatIsNoDistanceIsRefused(double tolerance, StreamKit kit) {
        StreamRun run = kit.run(kit.rows("rows", "x DOUBLE").rows(), append());

        assertThat(refusalOf(() -> run.tolerance("x", tolerance)))
                .isEqualTo("tolerance(\"x\", " + tolerance
                        + "): the most that numbers may differ is 0 or a positive number, such as 0.001.");
        assertThat(refusalOf(() -> kit.anyBatching().tolerance("x", tolerance)))
                .startsWith("tolerance(\"x\", " + tolerance + "): ");
    }

    @Test
    void toleranceOfNoColumnOrOfOneWithoutANumberIsRefused(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "x DOUBLE, name STRING");
        StreamRun run = kit.run(rows.rows(), append());

        assertThat(refusalOf(() -> run.tolerance("y", 0.1)))
                .isEqualTo("tolerance(y): there is no column \"y\". The columns are x, name.");
        assertThat(refusalOf(() -> kit.run(rows.rows(), append()).tolerance("name", 0.1)))
                .isEqualTo("tolerance(\"name\", 0.1): column \"name\" is string, which has no number.");
        assertThat(refusalOf(() -> kit.anyBatching()
                        .given(rows, row(1.0, "a"))
                        .tolerance("y", 0.1)
                        .check(all -> all.of(rows), append())))
                .isEqualTo("tolerance(y): there is no column \"y\". The columns are x, name.");
    }

    @Test
    void toleranceOfAWritersTargetIsCheckedWithItsColumns(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "x DOUBLE");
        TestTable table = TestTable.named("ToleranceTest");
        VoidFunction2<Dataset<Row>, Long> write = (batch, id) -> table.append(batch.collectAsList());
        StreamRun run = kit.run(rows.rows().writeStream().foreachBatch(write), table::rows)
                .tolerance("x", 0.01)
                .batch("near", b -> b.given(rows, row(1.0)).table(row(1.005)));

        assertThat(failureOf(() -> run.batch("far", b -> b.given(rows, row(2.0)).table(row(1.005), row(2.02)))))
                .contains("missing       2.02\n");
        run.tolerance("y", 0.01);
        assertThat(refusalOf(() ->
                        run.batch("misspelt", b -> b.given(rows, row(3.0)).table(row(1.0)))))
                .isEqualTo("tolerance(y): there is no column \"y\". The columns are x.");
    }
}
