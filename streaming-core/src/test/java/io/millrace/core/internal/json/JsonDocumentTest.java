package io.millrace.core.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Spark;
import io.millrace.core.Transforms;
import io.millrace.core.ValidationException;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTest {
    private static final String TWO_INSTANTS = "FROM VALUES TIMESTAMP '2026-01-01 12:00:00.123456',"
            + " TIMESTAMP '2026-01-01 12:00:00.123457', TIMESTAMP '2026-01-01 12:00:00' AS t(at)";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "at",
                "cast(at AS timestamp_ntz)",
                "array(at)",
                "named_struct('at', at)",
                "map('at', at)",
                "map(at, 1)",
                "map(cast(at AS timestamp_ntz), 1)",
                "array(named_struct('m', map(at, map(at, at))))"
            })
    void timesAMicrosecondApartAreTwoTextsWhereverTheyStand(String expression) {
        Dataset<Row> rows = Spark.sql("SELECT " + expression + " AS v " + TWO_INSTANTS);

        List<String> documents = texts(rows.transform(Transforms.toJson()));

        assertThat(documents).doesNotHaveDuplicates();
        assertThat(documents.get(0)).contains("2026-01-01T12:00:00.123456");
        assertThat(documents.get(1)).contains("2026-01-01T12:00:00.123457");
        assertThat(documents.get(2)).contains("2026-01-01T12:00:00.000000");
    }

    @Test
    void anInstantHasOneTextWhateverTheTimeZoneOfTheSession() {
        SparkSession brussels = Spark.session().newSession();
        brussels.conf().set("spark.sql.session.timeZone", "Europe/Brussels");
        // Both are 02:30 by the clocks of Brussels; the third is of the days when they were 17 minutes and 30 s ahead.
        Dataset<Row> rows = brussels.sql("SELECT TIMESTAMP '2025-10-26T00:30:00Z' AS at UNION ALL"
                + " SELECT TIMESTAMP '2025-10-26T01:30:00Z' UNION ALL SELECT TIMESTAMP '1880-01-01T00:00:00.000001Z'");

        assertThat(texts(rows.transform(Transforms.toJson())))
                .containsExactly(
                        "{\"at\":\"2025-10-26T00:30:00.000000Z\"}",
                        "{\"at\":\"2025-10-26T01:30:00.000000Z\"}",
                        "{\"at\":\"1880-01-01T00:00:00.000001Z\"}");
        assertThat(brussels.createDataset(
                                texts(rows.transform(Transforms.toJson().keyedBy("at"))
                                        .select("key")),
                                Encoders.STRING())
                        .collectAsList())
                .containsExactly(
                        "2025-10-26T00:30:00.000000Z", "2025-10-26T01:30:00.000000Z", "1880-01-01T00:00:00.000001Z");
    }

    @Test
    void whatIsWrittenIsReadBackUnchanged() {
        Dataset<Row> rows = Spark.sql("SELECT * FROM VALUES"
                + " (TIMESTAMP '2026-01-01 12:00:00.123456', TIMESTAMP_NTZ '2026-01-01 12:00:00.000001', DATE"
                + " '2026-01-01'),"
                + " (TIMESTAMP '0001-01-01 00:00:00', TIMESTAMP_NTZ '0001-01-01 00:00:00', DATE '0001-01-01'),"
                + " (TIMESTAMP '9999-12-31 23:59:59.999999', TIMESTAMP_NTZ '9999-12-31 23:59:59.999999', DATE"
                + " '9999-12-31'),"
                + " (TIMESTAMP '+012345-01-01 00:00:00', TIMESTAMP_NTZ '+012345-01-01 00:00:00', DATE '+012345-01-01'),"
                + " (TIMESTAMP '-0044-03-15 12:00:00', TIMESTAMP_NTZ '-0044-03-15 12:00:00', DATE '-0044-03-15')"
                + " AS t(at, local, day)");

        Dataset<Row> documents = rows.transform(Transforms.toJson());
        Dataset<Row> texts = documents
                .transform(Transforms.jsonFields("value")
                        .string("at", "$.at")
                        .string("local", "$.local")
                        .string("day", "$.day"))
                .selectExpr("cast(at AS timestamp)", "cast(local AS timestamp_ntz)", "cast(day AS date)");
        assertThat(Spark.lines(texts)).isEqualTo(Spark.lines(rows)).hasSize(5).noneMatch(row -> row.contains("null"));

        Dataset<Row> typed = documents.transform(
                Transforms.jsonFields("value").timestamp("at", "$.at").date("day", "$.day"));
        assertThat(Spark.lines(typed.select("at", "day").where("at IS NOT NULL")))
                .as("the years that a typed field takes")
                .isEqualTo(Spark.lines(rows.select("at", "day").where("year(at) BETWEEN 1 AND 9999")))
                .hasSize(3);
    }

    @Test
    void otherValuesThatDifferAreDifferentTexts() {
        Dataset<Row> rows = Spark.sql("SELECT * FROM VALUES"
                + " (double('NaN'), X'00', INTERVAL '1' MONTH, INTERVAL '0.000001' SECOND, 1.10BD, map(1.5D, 1)),"
                + " (double('Infinity'), X'0000', INTERVAL '1' YEAR, INTERVAL '0.000002' SECOND, 1.11BD, map(2.5D, 1)),"
                + " (-double('Infinity'), X'01', INTERVAL '2' MONTH, INTERVAL '1' DAY, 1.12BD, map(-0.5D, 1)),"
                + " (0D, X'', INTERVAL '3' MONTH, INTERVAL '2' DAY, 1.13BD, map(0D, 1)),"
                + " (1.0E-300D, X'FF', INTERVAL '4' MONTH, INTERVAL '3' DAY, 1.14BD, map(double('NaN'), 1))"
                + " AS t(real, bytes, months, time, price, by_real)");

        for (String column : rows.columns()) {
            assertThat(texts(rows.transform(Transforms.toJson(column))))
                    .as(column)
                    .doesNotHaveDuplicates()
                    .allMatch(document -> document.startsWith("{\"" + column + "\":"));
        }
    }

    @Test
    void aNullLeavesItsFieldOutAndAnEmptyStructDoesNot() {
        Dataset<Row> rows = Spark.sql("SELECT CAST(NULL AS STRING) AS zip, named_struct('a', CAST(NULL AS INT)) AS s,"
                + " map(TIMESTAMP '2026-01-01 00:00:00', NULL) AS m, CAST(NULL AS MAP<TIMESTAMP, INT>) AS n,"
                + " CAST(NULL AS STRUCT<m: MAP<TIMESTAMP, INT>>) AS o");

        assertThat(texts(rows.transform(Transforms.toJson())))
                .containsExactly("{\"s\":{},\"m\":{\"2026-01-01T00:00:00.000000Z\":null}}");
    }

    @Test
    void whatADocumentCannotExpressIsRefused() {
        assertThatThrownBy(() -> Spark.sql("SELECT 1 AS a, named_struct('b', 1, 'b', 2) AS s")
                        .transform(Transforms.toJson()))
                .isInstanceOf(ValidationException.class)
                .hasMessage("Transform toJson(): toJson(s.b): the rows have two fields of this name, and a document"
                        + " cannot. Rename one of them, or name the columns to take.");
        assertThatThrownBy(() -> Spark.sql("SELECT 1 AS a, 2 AS a").transform(Transforms.toJson()))
                .hasMessageContaining("toJson(a): the rows have two columns of this name, and a document cannot");
        assertThatThrownBy(() -> Spark.sql("SELECT 1 AS a").transform(Transforms.toJson("a", "a")))
                .hasMessageContaining("toJson(a): the rows have two columns of this name, and a document cannot");
        assertThatThrownBy(() -> Spark.sql("SELECT array(map(X'00', 1)) AS m").transform(Transforms.toJson()))
                .hasMessage("Transform toJson(): toJson(m): the keys of this map are binary, which cannot be names in a"
                        + " document. Make them text first with transform_keys.");
        assertThatThrownBy(() -> Spark.sql("SELECT array('a, b') AS tags, 1 AS n")
                        .transform(Transforms.toJson("n").keyedBy("tags")))
                .hasMessageContaining("keyedBy(tags): the column is array<string>, but an atomic type is required");
    }

    /** The first column of each row, in their order. */
    private static List<String> texts(Dataset<Row> rows) {
        return rows.as(Encoders.STRING()).collectAsList();
    }
}
