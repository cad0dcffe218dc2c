package org.example.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Await;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Sources;
import io.millrace.core.Spark;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Spark's UI names the jobs of a pipeline by the line of the job's own code, which is outside of this library. */
@Timeout(60)
class CallSiteTest {
    private final SparkSession spark = Spark.session();
    private final Stages stages = new Stages();

    @BeforeEach
    void listen() {
        spark.sparkContext().addSparkListener(stages);
    }

    @AfterEach
    void end() {
        spark.sparkContext().removeSparkListener(stages);
        spark.sparkContext().clearCallSite();
    }

    @Test
    void theJobsOfAQueryShowTheLineThatStartedIt() throws Exception {
        counts().start(spark).awaitTermination();

        assertThat(stages.await()).matches("start at CallSiteTest\\.java:\\d+");
        assertThat(spark.sparkContext().getLocalProperty("callSite.short")).isNull();
    }

    @Test
    void theJobsOfAQueryShowTheCallSiteThatTheUserSet() throws Exception {
        spark.sparkContext().setCallSite("the nightly run");
        counts().start(spark).awaitTermination();

        assertThat(stages.await()).isEqualTo("the nightly run");
        assertThat(spark.sparkContext().getLocalProperty("callSite.short")).isEqualTo("the nightly run");
    }

    @Test
    void theJobsOfAValidationShowTheLineThatValidates() throws Exception {
        counts().validate(spark);

        assertThat(stages.await()).matches("validate at CallSiteTest\\.java:\\d+");
    }

    private Pipeline counts() {
        Sink sink = new Sink() {
            @Override
            public DataStreamWriter<Row> write(Dataset<Row> rows) {
                rows.sparkSession().range(1).collect(); // as a check that asks Spark
                return rows.writeStream().format("noop");
            }
        };
        return Pipeline.named("call site")
                .from(Sources.rate().rowsPerSecond(1))
                .to(sink)
                .availableNow();
    }

    private static final class Stages extends SparkListener {
        private final Queue<String> names = new ConcurrentLinkedQueue<>();

        /** The one name of all stages so far. Spark calls its listeners a moment later. */
        String await() {
            Await.until(() -> !names.isEmpty());
            assertThat(names.stream().distinct()).hasSize(1);
            return names.element();
        }

        @Override
        public void onStageSubmitted(SparkListenerStageSubmitted stage) {
            names.add(stage.stageInfo().name());
        }
    }
}
