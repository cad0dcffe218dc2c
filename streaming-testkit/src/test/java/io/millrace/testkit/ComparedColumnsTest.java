package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code columns(...)} makes the expectations after it compare some of the columns. */
@StreamingTest
class ComparedColumnsTest {
    @Test
    void theNamedColumnsAreComparedInTheirOrder(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().selectExpr("zip", "time", "length(zip) AS n"), append())
                .batch(
                        "two",
                        b -> b.given(hits, hit("1", "00:01"), hit("22", "00:02"))
                                .emits(row("22", "00:02", 2), row("1", "00:01", 1))
                                .columns("n", "zip")
                                .emits(row(2, "22"), row(1, "1"))
                                .emitsInOrder(List.of(row(1, "1"), row(2, "22"))));
    }

    @Test
    void theNamedColumnsOfTheWholeResultAreCompared(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        kit.run(hits.rows().groupBy("zip").count(), update())
                .keyedBy(List.of("zip"))
                .batch("one", b -> b.given(hits, hit("1", "00:01"), hit("1", "00:02")))
                .batch(
                        "two",
                        b -> b.given(hits, hit("2", "00:01"))
                                .columns(List.of("count"))
                                .table(row(2), row(1)));
    }

    @Test
    void aDifferenceShowsTheNamedColumnsAlone(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(failureOf(() -> run.batch(
                        "one",
                        b -> b.given(hits, hit("1", "00:01")).columns("zip").emits(row("2")))))
                .contains("zip", "missing       2", "not expected  1")
                .doesNotContain("time  ");
    }

    @Test
    void anUnknownColumnIsRefusedWithTheColumns(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().select("zip"), append());

        assertThat(refusalOf(() -> run.batch(
                        "one",
                        b -> b.given(hits, hit("1", "00:01"))
                                .columns("zip", "city")
                                .emits(row("1", "x")))))
                .isEqualTo("columns(zip, city): there is no column \"city\". The columns are zip.");
        assertThat(refusalOf(() -> run.batch("two", b -> b.columns())))
                .isEqualTo("columns(): name at least one column.");
    }

    @Test
    void aColumnWhoseNameIsThereTwiceIsRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().selectExpr("zip", "concat(zip, '!') AS zip", "time"), append())
                .batch("one", b -> b.given(hits, hit("1", "00:01")).emits(row("1", "1!", "00:01")));

        assertThat(refusalOf(() -> run.batch(
                        "two",
                        b -> b.given(hits, hit("1", "00:01")).columns("zip").emits(row("1")))))
                .isEqualTo("columns(zip): 2 columns are named \"zip\". Rename one.");
    }

    @Test
    void aKeyWhoseNameIsThereTwiceIsRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().selectExpr("zip", "concat(zip, '!') AS zip"), update())
                .keyedBy("zip");

        assertThat(refusalOf(() ->
                        run.batch("one", b -> b.given(hits, hit("1", "00:01")).table(row("1", "1!")))))
                .isEqualTo("Batch \"one\": table(..): keyedBy(zip): 2 columns are named \"zip\". Rename one.");
    }
}
