package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of documents as variants, as Spark's own parse_json gives them. */
class VariantTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"b\":[true,null,\"x\"],\"c\":{\"d\":1.50}}",
                "[1,2.5,1e3,12345678901234567890123456789012345678901234567890]",
                "\"text \\u00e9 \\\" 7\"",
                "7",
                "-0.0",
                "12345678901234567890.12345",
                "true"
            })
    void aPartIsWhatParseJsonGives(String part) {
        Dataset<Row> rows = documents("{\"doc\":" + part + "}");
        List<String> expected = Spark.lines(Spark.session()
                .createDataset(List.of(part), Encoders.STRING())
                .selectExpr("CAST(parse_json(value) AS STRING)", "schema_of_variant(parse_json(value))"));

        assertThat(Spark.lines(rows.transform(Transforms.jsonFields("value").variant("doc", "$.doc"))
                        .selectExpr("CAST(doc AS STRING)", "schema_of_variant(doc)")))
                .isEqualTo(expected);
    }

    @Test
    void theWholeDocumentAndItsFieldsComeFromOneParse() {
        JsonFields fields =
                Transforms.jsonFields("value").string("zip", "$.zip").variant("doc", "$");

        assertThat(Spark.lines(documents("{\"zip\":\"94105\",\"n\":[1,2]}")
                        .transform(fields)
                        .selectExpr("zip", "variant_get(doc, '$.n[1]', 'int')")))
                .containsExactly("[94105,2]");
    }

    @Test
    void whatIsMissingOrNullIsNullAndWhatIsNotJsonIsMalformed() {
        JsonFields fields = Transforms.jsonFields("value").variant("doc", "$.doc");
        Dataset<Row> rows = documents("{}", "{\"doc\":null}", "{\"doc\":{\"a\":1,\"a\":2}}", "{\"doc\":");

        assertThat(Spark.lines(rows.transform(fields).selectExpr("doc IS NULL")))
                .hasSize(4)
                .containsOnly("[true]");
        assertThat(Spark.lines(rows.transform(fields.route().malformed()).selectExpr("reason")))
                .hasSize(2)
                .anyMatch(reason -> reason.equals("[doc is not of type variant]"));
    }

    @Test
    void partsOfArraysAndStructsMayBeVariants() {
        JsonFields fields =
                Transforms.jsonFields("value").field("items", "$.items", "array<struct<sku:string,doc:variant>>");

        assertThat(Spark.lines(documents("{\"items\":[{\"sku\":\"a\",\"doc\":\"x\"},{\"doc\":{\"n\":1}}]}")
                        .transform(fields)
                        .selectExpr("inline(items)")
                        .selectExpr("sku", "CAST(doc AS STRING)", "schema_of_variant(doc)")))
                .containsExactly("[a,x,STRING]", "[null,{\"n\":1},OBJECT<n: BIGINT>]");
    }

    private static Dataset<Row> documents(String... documents) {
        return Spark.session()
                .createDataset(List.of(documents), Encoders.STRING())
                .toDF();
    }
}
