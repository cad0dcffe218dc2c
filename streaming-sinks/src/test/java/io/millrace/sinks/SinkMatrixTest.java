package io.millrace.sinks;

import static io.millrace.sinks.TestStreams.planned;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.ContinuousQueries;
import io.millrace.core.MemoryInput;
import io.millrace.core.Sink;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every sink in every output mode under every trigger: refused if Spark refuses it, accepted if Spark runs it. */
class SinkMatrixTest {
    private static final List<OutputMode> MODES =
            List.of(OutputMode.Append(), OutputMode.Update(), OutputMode.Complete());
    private static final List<Trigger> TRIGGERS =
            List.of(Trigger.ProcessingTime(0), Trigger.AvailableNow(), Trigger.Continuous(1000));

    private final Path directory;

    private int cells;
    private int directories;

    SinkMatrixTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @TestFactory
    Stream<DynamicTest> agreesWithSpark() {
        List<DynamicTest> tests = new ArrayList<>();
        sinks().forEach((name, sink) -> MODES.forEach(mode -> TRIGGERS.stream()
                // Complete mode needs an aggregation, which a continuous query cannot have.
                .filter(trigger -> !(isContinuous(trigger) && mode.equals(OutputMode.Complete())))
                .forEach(trigger -> tests.add(DynamicTest.dynamicTest(
                        name + " " + mode + " " + trigger, () -> agreesWithSpark(sink.get(), mode, trigger))))));
        return tests.stream();
    }

    private Map<String, Supplier<Sink>> sinks() {
        Map<String, Supplier<Sink>> sinks = new LinkedHashMap<>();
        sinks.put("console", () -> Sinks.console());
        sinks.put(
                "display",
                () -> DisplaySink.on(
                        new Terminal(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8), false)));
        sinks.put("memory", () -> Sinks.memory());
        sinks.put("parquet", () -> Sinks.parquet(directory("parquet")));
        sinks.put("foreach", () -> Sinks.foreach(new Swallow()));
        sinks.put("foreachBatch", () -> Sinks.foreachBatch((rows, batch) -> rows.count()));
        sinks.put("format noop", () -> Sinks.format("noop"));
        sinks.put("format csv", () -> Sinks.format("csv").option("path", directory("csv")));
        return sinks;
    }

    private String directory(String name) {
        return directory.resolve(name + ++directories).toString();
    }

    private void agreesWithSpark(Sink sink, OutputMode mode, Trigger trigger) {
        Dataset<Row> rows = rows(mode, trigger);

        boolean refused = !sink.check(planned(rows, mode, trigger)).isEmpty();

        assertThat(refused).isEqualTo(sparkRefuses(sink, rows, mode, trigger));
    }

    private boolean sparkRefuses(Sink sink, Dataset<Row> rows, OutputMode mode, Trigger trigger) {
        StreamingQuery query = null;
        try {
            query = sink.write(rows)
                    .outputMode(mode)
                    .trigger(trigger)
                    .queryName("cell" + ++cells)
                    .option(
                            "checkpointLocation",
                            directory.resolve("cell" + cells).toString())
                    .start();
            if (isContinuous(trigger)) {
                ContinuousQueries.awaitFirstEpoch(query);
            } else {
                query.processAllAvailable();
            }
            query.stop();
            return query.exception().isDefined();
        } catch (Exception refused) {
            return true;
        }
    }

    private static Dataset<Row> rows(OutputMode mode, Trigger trigger) {
        if (isContinuous(trigger)) {
            return TestStreams.session().readStream().format("rate").load();
        }
        MemoryInput<String> lines = TestStreams.lines();
        TestStreams.add(lines, "1,94105");
        Dataset<Row> hits = TestStreams.hits(lines);
        return mode.equals(OutputMode.Complete()) ? hits.groupBy("zip").count() : hits;
    }

    private static boolean isContinuous(Trigger trigger) {
        return planned(TestStreams.hits(), OutputMode.Append(), trigger).isContinuous();
    }

    private static final class Swallow extends org.apache.spark.sql.ForeachWriter<Row> {
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
