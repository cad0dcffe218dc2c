package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.Await;
import io.millrace.core.MemoryInput;
import io.millrace.core.Pipeline;
import io.millrace.core.Sink;
import io.millrace.core.Sources;
import io.millrace.core.Transforms;
import io.millrace.core.internal.spark.ScalaCollections;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How often a malformed row is counted: once for each pass over a batch, as docs/monitoring.md says. */
@Timeout(60)
class RowCountsOfSinksTest {
    private static final VoidFunction2<Dataset<Row>, Long> ONCE = (rows, batch) -> rows.collectAsList();
    private static final VoidFunction2<Dataset<Row>, Long> TWICE = (rows, batch) -> {
        rows.collectAsList();
        rows.collectAsList();
    };

    private final MemoryInput<String> documents = new MemoryInput<>(session(), Encoders.STRING());
    private final Path checkpoint;

    RowCountsOfSinksTest(@TempDir Path checkpoint) {
        this.checkpoint = checkpoint;
    }

    @Test
    void severalSinksMakeOnePass() throws Exception {
        Sink several = Sinks.several("one", Sinks.foreachBatch(ONCE)).and("two", Sinks.foreachBatch(TWICE));

        assertThat(malformed("several-passes", several)).isEqualTo(1);
    }

    @Test
    void aFunctionWithTwoActionsMakesTwo() throws Exception {
        assertThat(malformed("two-passes", Sinks.foreachBatch(TWICE))).isEqualTo(2);
    }

    @Test
    void aBatchThatFailedAndComesAgainCountsOnce() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        Sink failing = Sinks.foreachBatch((rows, batch) -> {
            rows.collectAsList();
            if (attempts.incrementAndGet() == 1) {
                throw new IllegalStateException("away");
            }
        });

        assertThatThrownBy(() -> malformed("again", failing)).hasMessageContaining("away");
        assertThat(malformed("again", failing)).isEqualTo(1);
    }

    /** What the metric says while the query has read one good document, and a malformed one at its first run. */
    private long malformed(String name, Sink sink) throws Exception {
        Pipeline pipeline = Pipeline.named(name)
                .from(Sources.of(documents.toDF()))
                .via(Transforms.jsonFields("value").string("zip", "$.zip"))
                .to(sink)
                .checkpointAt(checkpoint);
        if (!checkpoint.resolve("offsets").toFile().exists()) {
            documents.add("{\"zip\": \"1000\"}", "{");
        }
        StreamingQuery query = pipeline.start(session());
        try {
            query.processAllAvailable();
            Await.until(() -> counter(name, "malformed-rows") > 0);
            return counter(name, "malformed-rows");
        } finally {
            query.stop();
        }
    }

    private static long counter(String query, String name) {
        return ScalaCollections.list(SparkEnv.get().metricsSystem().getSourcesByName("millrace.query." + query))
                .stream()
                .mapToLong(
                        (Source source) -> source.metricRegistry().counter(name).getCount())
                .sum();
    }
}
