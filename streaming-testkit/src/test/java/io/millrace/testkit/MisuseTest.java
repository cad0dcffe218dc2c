package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.failureOf;
import static io.millrace.testkit.Failures.reasonOf;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.Hit.hit;
import static io.millrace.testkit.StreamKit.at;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** Misuse of the kit is refused with a message that says what to do instead. */
@StreamingTest
class MisuseTest {
    @Test
    void rowsGivenAfterAnExpectationAreRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(refusalOf(() -> run.batch("late", b -> b.runsBatches(0).given(hits, hit("1", "00:01")))))
                .isEqualTo("Batch \"late\": call given(...) before every expectation, because the first one"
                        + " runs the batch.");
    }

    @Test
    void expectingAnErrorAfterAnythingElseIsRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(refusalOf(() -> run.batch(
                        "both",
                        b -> b.given(hits, hit("1", "00:01"))
                                .emits(hit("1", "00:01"))
                                .fails("zip"))))
                .isEqualTo("Batch \"both\": fails(...) must be the only expectation of its step, because a batch that"
                        + " fails emits nothing.");
    }

    @Test
    void replayBeforeTheFirstBatchIsRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(refusalOf(() -> run.replayLast(b -> b.sameOutput()))).isEqualTo("There is no batch to replay yet.");
    }

    @Test
    void stepThatRanNoBatchCannotBeRewoundTo(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append()).batch("empty", b -> b.emitsNothing());

        assertThat(refusalOf(() -> run.rewindTo("empty", b -> b.sameOutput())))
                .isEqualTo("rewindTo(\"empty\"): no such batch ran; the steps are [empty].");
        assertThat(refusalOf(() -> run.rewindTo("unknown", b -> b.sameOutput())))
                .isEqualTo("rewindTo(\"unknown\"): no such batch ran; the steps are [empty].");
    }

    @Test
    void clockDoesNotGoBackButMayStandStill(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(refusalOf(() -> run.clock("2025-12-31T23:59:00Z")))
                .isEqualTo("clock(2025-12-31T23:59): the clock is already at 00:00 and cannot go back.");
        assertThatNoException().isThrownBy(() -> run.clock("00:05").clock(at("00:05")));
    }

    @Test
    void runOfAWriterRefusesWhatNeedsAQuery(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows().writeStream().format("noop"), List::of);
        String unseen =
                "This run writes into its own sink, so the kit sees its target and not the rows of a batch: expect"
                        + " table(...).";

        assertThat(refusalOf(() -> run.clock("00:05")))
                .isEqualTo(
                        "A query that writes into its own sink uses the clock of the machine: pass the query itself to"
                                + " kit.run to move its clock.");
        assertThat(refusalOf(run::explicitNoDataBatches))
                .isEqualTo(
                        "A query that writes into its own sink always runs to its end: explicitNoDataBatches() is for"
                                + " runs of a query alone.");
        assertThat(refusalOf(() -> run.schema("zip STRING"))).isEqualTo(unseen);
        assertThat(refusalOf(() ->
                        run.batch("a hit", b -> b.given(hits, hit("1", "00:01")).emitsNothing())))
                .isEqualTo(unseen);
    }

    @Test
    void targetOfAWriterIsComparedByItsOwnColumnsIfItsRowsHaveThem(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StructType columns = StructType.fromDDL("city STRING, n BIGINT");
        Row gent =
                new org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema(new Object[] {"Gent", 1L}, columns);
        StreamRun run = kit.run(hits.rows().writeStream().format("noop"), () -> List.of(gent));

        assertThat(reasonOf(() -> run.batch(
                        "a hit",
                        b -> b.given(hits, hit("1", "00:01"))
                                .table(row("Gent", 1))
                                .table(row("Gent", 2)))))
                .isEqualTo("""
                        Batch "a hit" left another result than expected: 1 row differs

                                    city  n
                          expected  Gent  *2*
                          was       Gent  *1*
                        """);
    }

    @Test
    void tableInUpdateModeAsksForItsKeys(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), update()).batch("a hit", b -> b.given(hits, hit("1", "00:01")));

        assertThat(refusalOf(() -> run.batch("table", b -> b.table(hit("1", "00:01")))))
                .isEqualTo("table(...) in update mode needs to know which row replaces which: call keyedBy(...) on the"
                        + " run, with columns of zip, time.");
    }

    @Test
    void inputThatTheQueryDoesNotReadIsRefused(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        Input<Hit> others = kit.input("others", Hit.class).insteadOf("kafka", Map.of("subscribe", "others"));
        StreamRun run = kit.run(hits.rows(), append());

        assertThat(refusalOf(() -> run.batch("one", b -> b.given(others, hit("1", "00:01")))))
                .isEqualTo("Batch \"one\": given(others, ..): the query does not read this input, but hits. It stands"
                        + " in for a source of format \"kafka\" with its options subscribe, and the job has opened"
                        + " none.");
        run.batch("two", b -> b.given(hits, hit("2", "00:02")).emits(hit("2", "00:02")));
    }

    @Test
    void typesThatNoStreamHasAreRefused(StreamKit kit) {
        assertThat(refusalOf(() -> kit.rows("rows", "zip VARCHAR(5)")))
                .isEqualTo("rows(\"rows\", ..): column \"zip\" is varchar(5), which Spark has in tables alone. A stream"
                        + " has"
                        + " STRING.");
        assertThat(refusalOf(() -> kit.json("lines", "zips ARRAY<CHAR(5)>")))
                .isEqualTo("json(\"lines\", ..): column \"zips\" is array<char(5)>, which Spark has in tables alone. A"
                        + " stream has STRING.");
    }

    @Test
    void keysThatAreNotColumnsAreRefusedWithTheColumns(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run =
                kit.run(hits.rows(), update()).keyedBy("city").batch("a hit", b -> b.given(hits, hit("1", "00:01")));

        assertThat(refusalOf(() -> run.batch("table", b -> b.table(hit("1", "00:01")))))
                .isEqualTo("Batch \"table\": table(..): keyedBy(city): there is no column \"city\". The columns are"
                        + " zip, time.");
    }

    @Test
    void columnsThatAreNotExpectedAreListedOneByOne(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, n INT");
        StreamRun run = kit.run(rows.rows(), append());

        assertThat(failureOf(() -> run.schema("n INT, zip STRING"))).isEqualTo("""
                The query has other columns than expected:
                  column 1: expected n INT, was zip STRING
                  column 2: expected zip STRING, was n INT""");
        assertThat(failureOf(() -> run.schema("zip STRING"))).isEqualTo("""
                The query has other columns than expected:
                  column 2: expected none, was n INT""");
        assertThat(failureOf(() -> run.schema("zip STRING, n BIGINT"))).isEqualTo("""
                The query has other columns than expected:
                  column 2: expected n BIGINT, was n INT""");
        assertThat(failureOf(() -> run.schema("zip STRING, N INT"))).isEqualTo("""
                The query has other columns than expected:
                  column 2: expected N INT, was n INT""");
    }

    @Test
    void runOfAKitThatIsClosedSaysThatItsTestHasEnded() {
        StreamKit kit = StreamKit.open();
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append())
                .batch("a hit", b -> b.given(hits, hit("1", "00:01")).runs());
        kit.close();

        assertThat(failureOf(() -> run.batch("too late", b -> b.given(hits, hit("2", "00:02")))))
                .startsWith("Batch \"too late\" ended the query with an error: ")
                .contains(" is gone: its test has ended.");
        assertThat(refusalOf(hits::rows))
                .isEqualTo("The query reads an input of a test that has ended: start the query in the test of its"
                        + " input.");
        assertThatNoException().isThrownBy(kit::close);
    }

    @Test
    void rowIsWhatSparkMakesOfTheSameValues() {
        assertThat(row("a", null, 1)).isEqualTo(RowFactory.create("a", null, 1));
        assertThat(row()).isEqualTo(RowFactory.create());
    }

    @Test
    void otherColumnsAreNamedOneByOne(StreamKit kit) {
        Input<Hit> hits = kit.input("hits", Hit.class);
        StreamRun run = kit.run(hits.rows(), append()).schema("zip STRING, time TIMESTAMP");

        assertThat(failureOf(() -> run.schema("zip STRING, at TIMESTAMP, n INT")))
                .isEqualTo("""
                        The query has other columns than expected:
                          column 2: expected at TIMESTAMP, was time TIMESTAMP
                          column 3: expected n INT, was none""");
    }
}
