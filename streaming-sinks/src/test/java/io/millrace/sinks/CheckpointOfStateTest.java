package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.hits;
import static io.millrace.sinks.TestStreams.refusals;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.PlannedQuery;
import io.millrace.core.Sink;
import io.millrace.sinks.jdbc.JdbcTarget;
import io.millrace.sinks.jdbc.JdbcUpsert;
import io.millrace.sinks.jdbc.Server;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.Trigger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CheckpointOfStateTest {
    static List<Dataset<Row>> stateful() {
        Dataset<Row> timed =
                TestStreams.session().readStream().format("rate").load().withWatermark("timestamp", "1 minute");
        return List.of(
                hits().groupBy("id", "zip").count(),
                hits().dropDuplicates("id"),
                timed.dropDuplicatesWithinWatermark("value").selectExpr("value as id", "'a' as zip"),
                hits().distinct(),
                hits().join(hits().selectExpr("id as other", "zip as place"), functions.expr("id = other")));
    }

    @ParameterizedTest
    @MethodSource("stateful")
    void aStatefulQueryWritesToATableOnlyWithACheckpoint(Dataset<Row> rows) {
        Server.execute("DROP TABLE IF EXISTS stated", "CREATE TABLE stated (id bigint PRIMARY KEY, zip text)");
        JdbcTarget table = Sinks.jdbc(Server.database()).table("stated");

        for (Sink sink : List.of(
                table.upsertOn("id"),
                table.insertOnlyOn("id"),
                Sinks.foreach(new Nothing()),
                Sinks.foreachBatch((batch, id) -> {}))) {
            for (OutputMode mode : List.of(OutputMode.Update(), OutputMode.Complete(), OutputMode.Append())) {
                assertThat(refusals(sink, planned(rows, mode, Optional.empty())))
                        .as(sink.describe())
                        .anyMatch(refusal -> refusal.startsWith("checkpointAt(nothing): the query is stateful, and"
                                + " without a checkpoint each start begins with empty state and overwrites the results"
                                + " in "));
                assertThat(refusals(sink, planned(rows, mode, Optional.of("target/none"))))
                        .noneMatch(refusal -> refusal.startsWith("checkpointAt"));
            }
        }
    }

    @Test
    void withoutStateOrForInteractiveUseNoCheckpointIsNeeded() {
        for (Sink sink : List.of(Sinks.console(), Sinks.display(), Sinks.memory(), Sinks.format("noop"))) {
            assertThat(refusals(sink, planned(hits().dropDuplicates("id"), OutputMode.Update(), Optional.empty())))
                    .as(sink.describe())
                    .isEmpty();
        }
        Dataset<Row> joined = hits().join(TestStreams.session().range(3).toDF("other"), functions.expr("id = other"));
        for (Dataset<Row> rows : List.of(hits(), joined)) {
            assertThat(refusals(Sinks.foreach(new Nothing()), planned(rows, OutputMode.Append(), Optional.empty())))
                    .isEmpty();
        }
    }

    @Test
    void aContinuousQueryMayHaveAnyNumberOfPartitions() {
        Server.execute("DROP TABLE IF EXISTS hits", "CREATE TABLE hits (id bigint PRIMARY KEY, zip text)");
        JdbcUpsert sink = Sinks.jdbc(Server.database()).table("hits").upsertOn("id");
        PlannedQuery continuous = TestStreams.planned(hits(), OutputMode.Append(), Trigger.Continuous(1000));

        assertThat(refusals(sink.durableRows(), continuous)).isEmpty();
        assertThat(refusals(sink, continuous))
                .containsExactly("continuous(PT1S): in continuous mode Spark commits an epoch before its last rows are"
                        + " flushed, and loses them in a crash. Use every(...) or availableNow(), or durableRows() on"
                        + " the sink.");
    }

    private static PlannedQuery planned(Dataset<Row> rows, OutputMode mode, Optional<String> checkpoint) {
        return new PlannedQuery("stated", Optional.of(rows), mode, Trigger.ProcessingTime(0), checkpoint);
    }

    private static final class Nothing extends ForeachWriter<Row> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean open(long partition, long epoch) {
            return true;
        }

        @Override
        public void process(Row row) {}

        @Override
        public void close(@Nullable Throwable fault) {}
    }
}
