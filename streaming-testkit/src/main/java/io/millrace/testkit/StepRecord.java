package io.millrace.testkit;

import io.millrace.testkit.SparkRowInternals.EncodedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;

/**
 * One step of a run: the rows given, and the micro-batches that ran.
 *
 * @param mode the output mode of its query; of a writer, the one before it has started
 * @param target what the target of a writer had after the step, if crashes are tried
 */
record StepRecord(
        String name,
        boolean restarted,
        OutputMode mode,
        List<Given> given,
        List<BatchRecord> batches,
        List<Row> target) {
    /** Rows given to one input in one call. */
    record Given(GivenRows input, List<EncodedRow> rows) {
        List<Row> shown() {
            return SparkRowInternals.decode(input.schema(), rows);
        }
    }

    static StepRecord named(String name, boolean restarted, OutputMode mode) {
        return new StepRecord(name, restarted, mode, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    /** Whether {@code other} is this step, and not one of the same name and rows. */
    @SuppressWarnings("ReferenceEquality") // Records are equal if their values are.
    boolean is(StepRecord other) {
        return this == other;
    }

    /** The first of its batches that read data. */
    Optional<BatchRecord> firstWithData() {
        return batches.stream().filter(BatchRecord::data).findFirst();
    }

    /** The rows of all its batches; a batch that was rerun counts once. */
    List<Row> output() {
        List<Row> output = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            BatchRecord batch = batches.get(i);
            if (batches.stream().skip(i + 1L).noneMatch(later -> later.id() == batch.id())) {
                output.addAll(batch.output());
            }
        }
        return output;
    }
}
