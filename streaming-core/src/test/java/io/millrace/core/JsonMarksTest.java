package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Malformed rows that branches on one read take apart. */
class JsonMarksTest {
    private static final JsonMarks HITS = Transforms.jsonFields("value")
            .string("zip", "$.zip")
            .integer("count", "$.count")
            .mark();

    @Test
    void allRowsStayAndTheMalformedOnesAreMarked() {
        Dataset<Row> marked = HITS.apply(records("{\"zip\":\"1\",\"count\":2}", "{\"count\":\"x\"}", "{"));

        assertThat(marked.columns())
                .containsExactly(
                        "key", "value", "topic", "partition", "offset", "timestamp", "zip", "count", "malformed");
        assertThat(Spark.lines(marked.selectExpr("zip", "count", "malformed.reason", "malformed.offset")))
                .containsExactlyInAnyOrder(
                        "[1,2,null,null]",
                        "[null,null,count is not of type int,7]",
                        "[null,null,malformed JSON at character 1: Unexpected end-of-input: expected close marker for"
                                + " Object,7]");
    }

    @Test
    void goodAndMalformedRowsTogetherAreAllRows() {
        Dataset<Row> marked = HITS.apply(records("{\"zip\":\"1\",\"count\":2}", "{\"count\":\"x\"}", "{", null));

        assertThat(Spark.lines(HITS.good().apply(marked).select("zip", "count")))
                .containsExactlyInAnyOrder("[1,2]", "[null,null]");
        assertThat(Spark.lines(HITS.malformed()
                        .apply(marked)
                        .selectExpr("string(value)", "string(key)", "topic", "partition", "offset")))
                .containsExactlyInAnyOrder("[{\"count\":\"x\"},k,hits,3,7]", "[{,k,hits,3,7]");
    }

    @Test
    void theOriginalBytesStayIfAFieldHasTheNameOfTheDocument() {
        JsonMarks values =
                Transforms.jsonFields("value").integer("value", "$.v").mark();
        Dataset<Row> marked = values.apply(records("{\"v\":\"x\"}"));

        assertThat(Spark.lines(values.malformed().apply(marked).selectExpr("string(value)")))
                .containsExactly("[{\"v\":\"x\"}]");
    }

    @Test
    void headersGoWithTheRowIfTheSourceHasThem() {
        Dataset<Row> records =
                records("{").selectExpr("*", "array(named_struct('key', 'trace', 'value', binary('42'))) as headers");

        assertThat(Spark.lines(HITS.malformed()
                        .apply(HITS.apply(records))
                        .selectExpr("headers[0].key", "string(headers[0].value)")))
                .containsExactly("[trace,42]");
    }

    @Test
    void aColumnOfTheNameOfTheMarkIsRefused() {
        assertThatThrownBy(() -> HITS.apply(records("{}").selectExpr("*", "1 as malformed")))
                .hasMessageContaining("mark(malformed): the rows have a column of this name already. Rename it in an"
                        + " earlier step, or give the field another name.");
        assertThatThrownBy(() -> Transforms.jsonFields("value")
                        .string("Malformed", "$.m")
                        .mark()
                        .apply(records("{}")))
                .hasMessageContaining("mark(malformed): ");
    }

    @Test
    void rowsWithoutMarksAreRefused() {
        assertThatThrownBy(() -> HITS.good().apply(records("{}")))
                .hasMessageContaining("mark(malformed): there is no such column");
    }

    private static Dataset<Row> records(@Nullable String... documents) {
        return Spark.session()
                .createDataset(Arrays.asList(documents), Encoders.STRING())
                .selectExpr(
                        "binary('k') as key",
                        "binary(value) as value",
                        "'hits' as topic",
                        "3 as partition",
                        "7L as offset",
                        "timestamp_seconds(0) as timestamp");
    }
}
