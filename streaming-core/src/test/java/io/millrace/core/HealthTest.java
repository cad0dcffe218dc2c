package io.millrace.core;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import com.codahale.metrics.MetricRegistry;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.source.Source;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.streaming.MemoryStream;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** Health of real queries, read from Spark's own metrics system and from the log. */
@Timeout(60)
// The watch only has to be open.
@SuppressWarnings("try")
class HealthTest {
    private final SparkSession spark = Spark.session().newSession();
    private final KeptLog kept = new KeptLog();
    private final Logger log = (Logger) LogManager.getLogger(Health.class);

    @BeforeEach
    void keepTheLog() {
        kept.start();
        log.addAppender(kept);
    }

    @AfterEach
    void releaseTheLog() {
        log.removeAppender(kept);
        kept.stop();
    }

    @Test
    void droppedRowsAreCountedAndLogged() throws Exception {
        MemoryStream<Timestamp> hits = MemoryStream.apply(Encoders.TIMESTAMP(), spark.sqlContext());
        try (Health.Watch watch = StreamingQueries.health().watch(spark)) {
            StreamingQuery query = hits.toDF()
                    .withWatermark("value", "10 minutes")
                    .groupBy(window(col("value"), "10 minutes"))
                    .count()
                    .writeStream()
                    .queryName("late")
                    .outputMode("update")
                    .format("noop")
                    .start();
            for (String time : List.of("2026-01-01T00:30:00Z", "2026-01-01T00:00:00Z")) {
                hits.addData(seq(Timestamp.from(Instant.parse(time))));
                query.processAllAvailable();
            }

            await("late", "late-rows-dropped", 1L);
            assertThat(metrics("late").getGauges())
                    .containsKeys("lag-rows", "watermark-stalled-ms", "since-progress-ms");
            query.stop();
        }
        assertThat(kept.lines).singleElement().asString().contains("Query \"late\" dropped 1 rows");
        assertThat(sources("late")).as("the metrics of a closed watch").isEmpty();
    }

    @Test
    void aFailedBatchIsCountedAndLogged() throws Exception {
        try (Health.Watch watch = StreamingQueries.health().watch(spark)) {
            StreamingQuery query = spark.readStream()
                    .format("rate")
                    .load()
                    .writeStream()
                    .queryName("failing")
                    .foreachBatch(HealthTest::fail)
                    .start();
            while (query.isActive()) {
                Thread.onSpinWait();
            }

            await("failing", "failures", 1L);
        }
        assertThat(kept.lines)
                .singleElement()
                .asString()
                .contains("Query \"failing\" failed with")
                .doesNotContain("42");
    }

    private static void fail(Dataset<Row> rows, Long batch) {
        throw new IllegalStateException("row 42");
    }

    private static void await(String query, String metric, long value) {
        while (sources(query).isEmpty() || metrics(query).counter(metric).getCount() != value) {
            Thread.onSpinWait();
        }
    }

    private static MetricRegistry metrics(String query) {
        return sources(query).get(0).metricRegistry();
    }

    private static List<Source> sources(String query) {
        return JavaConverters.seqAsJavaList(SparkEnv.get().metricsSystem().getSourcesByName("millrace." + query));
    }

    private static Seq<Timestamp> seq(Timestamp time) {
        return JavaConverters.asScalaBuffer(List.of(time));
    }

    private static final class KeptLog extends AbstractAppender {
        final Queue<String> lines = new ConcurrentLinkedQueue<>();

        KeptLog() {
            super("kept", null, null, false, Property.EMPTY_ARRAY);
        }

        @Override
        public void append(LogEvent event) {
            lines.add(event.getMessage().getFormattedMessage());
        }
    }
}
