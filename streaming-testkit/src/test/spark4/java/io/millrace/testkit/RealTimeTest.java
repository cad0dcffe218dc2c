package io.millrace.testkit;

import static io.millrace.core.OutputModes.update;
import static io.millrace.testkit.Failures.refusalOf;
import static io.millrace.testkit.StreamKit.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Pipeline;
import java.time.Duration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Pipelines that run in real time elsewhere. */
@StreamingTest
class RealTimeTest {
    private static final String REFUSAL = "realTime(PT5S): a step of the kit is a micro-batch. Run the pipeline without"
            + " realTime(..), and add the call where the job starts.";

    @Test
    void pipelineInRealTimeIsRefusedWithTheWayOut(StreamKit kit) {
        Input<Row> hits = kit.rows("hits", "zip STRING");
        Pipeline pipeline = Pipeline.named("hits").from(hits).outputMode(update());
        Pipeline inRealTime =
                pipeline.to(rows -> rows.writeStream().format("kafka")).realTime(Duration.ofSeconds(5));

        assertThat(refusalOf(() -> kit.run(inRealTime))).isEqualTo(REFUSAL);
        assertThat(refusalOf(() -> kit.run(inRealTime, hits))).isEqualTo(REFUSAL);
        StreamRun run =
                kit.run(pipeline).batch("a hit", b -> b.given(hits, row("1")).emits(row("1")));
        assertThat(refusalOf(() -> run.restartWith(inRealTime))).isEqualTo(REFUSAL);
    }
}
