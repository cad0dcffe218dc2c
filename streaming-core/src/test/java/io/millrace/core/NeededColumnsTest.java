package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.internal.NeededColumns;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a batch is kept with: the columns that its branches read. */
class NeededColumnsTest {
    private static final SparkSession SPARK = Spark.session();

    private final Dataset<Row> rows = SPARK.range(6)
            .selectExpr(
                    "id AS a",
                    "cast(id % 2 AS string) AS b",
                    "named_struct('x', id, 'y', 'z') AS c",
                    "array(id, id) AS d",
                    "'unread' AS `e.f`")
            .na()
            .fill("", new String[] {"b"});

    /** Steps, and the columns that they read. */
    record Branch(String needed, UnaryOperator<Dataset<Row>> steps) {}

    static List<Branch> branches() {
        return List.of(
                new Branch("[a]", batch -> batch.select("a")),
                new Branch("[a, b]", batch -> batch.where("a > 1").select("b")),
                new Branch("[a, b, c, d, e.f]", batch -> batch.where("a > 1")),
                new Branch("[a, b, c, d]", batch -> batch.drop(batch.col("`e.f`"))),
                new Branch("[c]", batch -> batch.select("c.x")),
                new Branch("[a, b]", batch -> batch.where("b IS NOT NULL").select("a")),
                new Branch(
                        "[a, b, c, d, e.f]",
                        batch -> batch.selectExpr("CASE WHEN current_date() < DATE'2020-01-01' THEN b ELSE a END")),
                new Branch("[a, d]", batch -> batch.selectExpr("a", "explode(d)")),
                new Branch("[a, b]", batch -> batch.select("a").union(batch.selectExpr("cast(b AS bigint)"))),
                new Branch("[a, b]", batch -> batch.select("a", "b").union(batch.select("a", "b"))),
                new Branch("[a, b]", batch -> batch.groupBy("b").agg(count(lit(1)), sum("a"))),
                new Branch("[]", batch -> batch.groupBy().count()),
                new Branch(
                        "[a, b]",
                        batch -> batch.select("a").join(batch.selectExpr("a AS a2", "b"), col("a").equalTo(col("a2")))),
                new Branch(
                        "[a, b]",
                        batch -> batch.select("a", "b")
                                .except(batch.select("a", "b").where("a = 1"))),
                new Branch("[b]", batch -> batch.select("b").distinct()),
                new Branch("[a, b]", batch -> batch.dropDuplicates("b").select("a")),
                new Branch("[a, b]", batch -> batch.orderBy("b").limit(3).select("a")),
                new Branch(
                        "[a, b, c, d, e.f]",
                        batch -> batch.map((MapFunction<Row, Long>) row -> row.getLong(0), Encoders.LONG())
                                .toDF()),
                new Branch(
                        "[a]",
                        batch -> batch.select("a")
                                .map((MapFunction<Row, Long>) row -> row.getLong(0), Encoders.LONG())
                                .toDF()));
    }

    @ParameterizedTest
    @MethodSource("branches")
    void theBranchHasTheSameRowsWithoutTheOthers(Branch branch) {
        NeededColumns needed = NeededColumns.of(rows, List.of(branch.steps()));
        Dataset<Row> kept = needed.of(rows);

        assertThat(List.of(kept.columns())).hasToString(branch.needed());
        assertThat(branch.steps().apply(needed.withAll(kept)).collectAsList())
                .containsExactlyInAnyOrderElementsOf(branch.steps().apply(rows).collectAsList());
        assertThat(needed.withAll(kept).columns()).containsExactly(rows.columns());
    }

    @Test
    void severalBranchesNeedTheColumnsOfEach() {
        NeededColumns needed = NeededColumns.of(
                rows,
                List.of(
                        batch -> batch.select("d"),
                        batch -> batch.where("a = 1").select("d")));

        assertThat(needed.of(rows).columns()).containsExactly("a", "d");
    }

    @Test
    void aColumnThatIsNotKeptIsNeverReadInSilence() {
        NeededColumns needed = NeededColumns.of(rows, List.of(batch -> batch.select("a")));
        Dataset<Row> batch = needed.withAll(needed.of(rows));

        assertThatThrownBy(() -> batch.select("b").collectAsList())
                .hasMessageContaining("A branch reads the column b, which it did not when the query was started.");
    }

    @Test
    void stateHasTheSameColumnsWhateverTheBranchesRead() {
        Dataset<Row> counts = Spark.memory(Encoders.STRING())
                .toDF()
                .groupBy("value")
                .agg(count(lit(1)).as("hits"), sum("value").as("sum"));

        assertThat(NeededColumns.of(counts, List.of(batch -> batch.select("hits")))
                        .of(counts)
                        .columns())
                .containsExactly("value", "hits", "sum");
    }

    static List<Branch> branchesThatActWhileTheyArePlanned() {
        String all = "[a, b, c, d, e.f]";
        return List.of(
                new Branch(all, batch -> {
                    List<Long> ids = batch.select("a").as(Encoders.LONG()).collectAsList();
                    return batch.select("b").where(lit(!ids.isEmpty()));
                }),
                new Branch(all, batch -> batch.select("a").localCheckpoint()),
                new Branch(all, batch -> batch.select("a").persist()),
                new Branch(
                        all,
                        batch -> batch.select("a")
                                .limit((int) batch.where("b = '1'").count())));
    }

    /** A plan does not show what they read. */
    @ParameterizedTest
    @MethodSource("branchesThatActWhileTheyArePlanned")
    void actionsInTheStepsOfABranchSeeAllColumns(Branch branch) {
        theBranchHasTheSameRowsWithoutTheOthers(branch);
    }
}
