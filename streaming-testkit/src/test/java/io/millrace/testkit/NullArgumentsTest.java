package io.millrace.testkit;

import static io.millrace.core.OutputModes.append;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** A null is refused with a sentence that names the call and the argument. */
@StreamingTest
// The point of the test.
@SuppressWarnings({"NullAway", "DataFlowIssue"})
class NullArgumentsTest {
    @Test
    void ofABatch(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "zip STRING, n DECIMAL(5,1), day DATE");
        StreamRun run = kit.run(rows.rows(), append());

        assertThat(refusalOf(() -> run.batch("b", b -> b.given(rows, (Row) null))))
                .isEqualTo("given(): one of rows is null. Pass a value for each.");
        assertThat(refusalOf(() -> run.batch("b", b -> b.given(rows, (Row[]) null))))
                .isEqualTo("given(): the array is null. Pass a value.");
        assertThat(refusalOf(() -> run.batch("b", b -> b.given(null, row("1", 1, "2026-01-01")))))
                .isEqualTo("given(): input is null. Pass a value.");
        assertThat(refusalOf(() -> run.batch("b", b -> b.emits((Object) null))))
                .isEqualTo("emits(): one of rows is null. Pass a value for each.");
        assertThat(refusalOf(() -> run.batch("b", b -> b.table((List<?>) null))))
                .isEqualTo("table(): rows is null. Pass a value.");
        assertThat(refusalOf(() -> run.batch(null, b -> {}))).isEqualTo("batch(): name is null. Pass a value.");
        assertThat(refusalOf(() -> run.keyedBy("zip", null)))
                .isEqualTo("keyedBy(): one of columns is null. Pass a value for each.");
    }

    @Test
    void ofTheKitAndItsValues(StreamKit kit) {
        assertThat(row((Object[]) null)).isEqualTo(row((Object) null));
        assertThat(row((Object) null).isNullAt(0)).isTrue();
        assertThat(refusalOf(() -> kit.run((Dataset<Row>) null, append())))
                .isEqualTo("run(): query is null. Pass a value.");
        assertThat(refusalOf(() -> kit.kafka(null))).isEqualTo("kafka(): name is null. Pass a value.");
        assertThat(refusalOf(() -> KafkaRow.value("1").key((String) null)))
                .isEqualTo("key(): key is null. Pass a value.");
        assertThat(refusalOf(() -> kit.anyBatching().keyedBy(Arrays.asList("zip", null))))
                .isEqualTo("keyedBy(): one of columns is null. Pass a value for each.");
    }

    @Test
    void aValueThatDoesNotFitItsColumnIsASentence(StreamKit kit) {
        Input<Row> rows = kit.rows("rows", "n DECIMAL(5,1), day DATE");
        StreamRun run = kit.run(rows.rows(), append());

        assertThat(refusalOf(() -> run.batch("b", b -> b.given(rows, row("1.25", "2026-01-01")))))
                .isEqualTo(
                        "Batch \"b\": given(rows, ..): Column \"n\" is decimal(5,1) and cannot hold 1.25, a String.");
        assertThat(refusalOf(() -> run.batch("b", b -> b.given(rows, row("1.2", "2026-13-01")))))
                .isEqualTo(
                        "Batch \"b\": given(rows, ..): Column \"day\" is date and cannot hold 2026-13-01, a String.");
    }
}
