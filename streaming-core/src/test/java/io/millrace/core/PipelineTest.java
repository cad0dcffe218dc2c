package io.millrace.core;

import static java.time.Duration.ofMinutes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.junit.jupiter.api.Test;

class PipelineTest {
    @Test
    void aRefusedStepHidesNoProblemBehindIt() {
        Pipeline pipeline = Pipeline.named("traffic")
                .from(spark -> Spark.rate())
                .via(Transforms.jsonField("zip", "$.zip"))
                .via(Transforms.windowedCount("hittime", ofMinutes(1)).by("zip", "city"))
                .to(new FullSink());

        assertThatThrownBy(() -> pipeline.validate(Spark.session()))
                .isInstanceOfSatisfying(
                        ValidationException.class,
                        refused -> assertThat(refused.problems())
                                .extracting(problem -> problem.field() + "(" + problem.value() + ")")
                                .containsExactly(
                                        "jsonField(value)",
                                        "windowed(hittime)",
                                        "by(city)",
                                        "disk(full)",
                                        "outputMode(Append)"));
    }

    private static final class FullSink implements Sink {
        @Override
        public DataStreamWriter<Row> write(Dataset<Row> rows) {
            return rows.writeStream().format("noop");
        }

        @Override
        public List<Problem> check(PlannedQuery query) {
            return List.of(new Problem("disk", "full", "there is no room", "Make room."));
        }
    }
}
