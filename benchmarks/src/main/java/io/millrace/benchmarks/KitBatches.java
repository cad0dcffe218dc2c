package io.millrace.benchmarks;

import static io.millrace.core.OutputModes.append;

import io.millrace.testkit.Input;
import io.millrace.testkit.StreamKit;
import io.millrace.testkit.StreamRun;
import java.util.List;
import org.apache.spark.sql.Row;

/** Runs batches in the testkit with its defaults. */
final class KitBatches implements BatchRunner {
    private final StreamKit kit = StreamKit.open();

    @Override
    public Steps start(BatchScenario scenario) {
        Input<Row> input = kit.rows("rows", BatchScenario.COLUMNS);
        StreamRun run = kit.run(scenario.query(input.rows()), append());
        return new Steps() {
            @Override
            public void step(List<Row> rows) {
                run.batch("step", batch -> batch.given(input, rows).runsBatches(scenario.batchesPerStep()));
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {
        kit.close();
    }
}
