package io.millrace.core.internal.json;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.get_json_object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Spark;
import io.millrace.core.Transforms;
import io.millrace.core.internal.spark.SparkVersion;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPathTest {
    private static final String DOCUMENT = "{\"a\":[1,2,{\"b\":3}],\"a"
            + " \":4,\"*\":5,\"a'b\":6,\"b\":{\"a\":{\"d\":7}},\"a.b\":8,\"a?\":9,\"c\":[{\"*\":10,\"a.b\":"
            + "11}]}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$",
                "$ ",
                "$.a",
                "$. a",
                "$.a ",
                "$.a[0]",
                "$.a[ 0]",
                "$.a[01]",
                "$.a[2].b",
                "$.a[2]['b']",
                "$['a']",
                "$[' a']",
                "$ ['a']",
                "$['a.b']",
                "$.b['a']['d']",
                "$.b.a.d",
                "$. *",
                "$.a'b",
                "$.a?",
                "$.a[*]",
                "$.a[*].b",
                "$.c[*]. *",
                "$.c[*]['a.b']"
            })
    void readsAPathAsSparkDoes(String path) {
        Dataset<Row> rows = Spark.sql("SELECT \"" + DOCUMENT.replace("\"", "\\\"") + "\" AS value");

        Row both = rows.transform(Transforms.jsonField("ours", path))
                .withColumn("spark", get_json_object(col("value"), path))
                .head();

        assertThat(both.getString(1)).isNotNull().isEqualTo(both.getString(2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$.",
                "$..a",
                "$.a.",
                "$a",
                "$.a[0 ]",
                "$.a [0",
                "$[ *]",
                "$[ 'a']",
                "$['a' ]",
                "$['a','b']",
                "$[\"a\"]",
                "$.a[-1]",
                "$.a[0,1]",
                "$.a[0:1]",
                "$['']",
                "$['  ']",
                "$.  ",
                "$.*",
                "$['*']",
                "$.a.*",
                "$ .*"
            })
    void refusesAPathByWhichSparkFindsNothing(String path) {
        assertRefusedAsBySpark(path);
    }

    /** Spark 4 finds a quoted name with a question mark, and Spark 3.5 nothing. */
    @Test
    void takesAQuestionMarkInAQuotedNameIfSparkDoes() {
        if (SparkVersion.minor().equals("3.5")) {
            assertRefusedAsBySpark("$['a?']");
        } else {
            Dataset<Row> rows = Spark.sql("SELECT '{\"a?\":9}' AS value");

            assertThat(Spark.lines(rows.transform(Transforms.jsonField("field", "$['a?']"))
                            .select("field")))
                    .isEqualTo(Spark.lines(rows.select(get_json_object(col("value"), "$['a?']"))))
                    .containsExactly("[9]");
        }
    }

    private static void assertRefusedAsBySpark(String path) {
        String found = Spark.sql("SELECT \"" + DOCUMENT.replace("\"", "\\\"") + "\" AS value")
                .select(get_json_object(col("value"), path))
                .head()
                .getString(0);

        assertThat(found).isNull();
        assertThatThrownBy(() -> Transforms.jsonField("field", path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("jsonField(field, " + path + "): Spark ");
    }

    @Test
    void namesTheCharacterAtWhichAPathIsWrong() {
        assertThatThrownBy(() -> Transforms.jsonFields("value").string("zip", "$.address[\"zip\"]"))
                .hasMessage("string(zip, $.address[\"zip\"]): Spark cannot read it from character 10 on, and would give"
                        + " NULL"
                        + " for every row. Use .name, ['name'], [0] and [*].");
        assertThatThrownBy(() -> Transforms.jsonFields("value").string("all", "$.address.*"))
                .hasMessage("string(all, $.address.*): Spark never finds anything by a * in place of a name."
                        + " Name the field, or use [*] for the elements of an array.");
        assertThatThrownBy(() -> Transforms.jsonFields("value").bigint("last", "$[9223372036854775808]"))
                .hasMessage("bigint(last, $[9223372036854775808]): no array has an element 9223372036854775808."
                        + " Use a smaller index.");
        assertThatThrownBy(() -> Transforms.jsonFields("value").string("zip", "zip"))
                .hasMessage("string(zip, zip): a path starts with $. Write $.zip for a field.");
    }
}
