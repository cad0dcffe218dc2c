package io.millrace.core;

import static java.time.Duration.ofMinutes;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.get_json_object;
import static org.apache.spark.sql.functions.window;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.OutputMode;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fields of a document, a cast to a timestamp, a count by zip and window: each batch as plain Spark gives it. */
class TrafficTest {

    @ParameterizedTest
    @ValueSource(strings = {"append", "update", "complete"})
    void blocksGiveTheRowsOfPlainSpark(String mode, @TempDir Path checkpoints) throws Exception {
        MemoryInput<String> documents = Spark.memory(Encoders.STRING());
        List<String> fromBlocks = Collections.synchronizedList(new ArrayList<>());
        List<String> fromSpark = Collections.synchronizedList(new ArrayList<>());

        StreamingQuery blocks = Pipeline.named("blocks " + mode)
                .from(Sources.of(documents.toDF()))
                .via(Transforms.jsonField("zip", "$.zip"))
                .via(Transforms.jsonField("hittime", "$.hittime"))
                .via(Transforms.tryCast("hittime", DataTypes.TimestampType))
                .via(Transforms.withWatermark("hittime", ofMinutes(10)))
                .via(Transforms.windowedCount("hittime", ofMinutes(10))
                        .every(ofMinutes(5))
                        .by("zip"))
                .to(into(fromBlocks))
                .outputMode(outputMode(mode))
                .checkpointAt(checkpoints.resolve("blocks").toString())
                .start(Spark.session());
        StreamingQuery plain = into(fromSpark)
                .write(documents
                        .toDF()
                        .select(
                                get_json_object(col("value"), "$.zip").as("zip"),
                                expr("try_cast(get_json_object(value, '$.hittime') AS timestamp)")
                                        .as("hittime"))
                        .withWatermark("hittime", "10 minutes")
                        .groupBy(window(col("hittime"), "10 minutes", "5 minutes"), col("zip"))
                        .count()
                        .select(
                                col("window.start").as("window_start"),
                                col("window.end").as("window_end"),
                                col("zip"),
                                col("count")))
                .outputMode(mode)
                .option("checkpointLocation", checkpoints.resolve("plain").toString())
                .start();
        for (List<String> batch : batches()) {
            Spark.feed(documents, batch);
            blocks.processAllAvailable();
            plain.processAllAvailable();
        }
        blocks.stop();
        plain.stop();

        assertThat(fromBlocks).isEqualTo(fromSpark).hasSizeGreaterThan(20);
    }

    /** Times advance from batch to batch, with late rows, documents without a zip, and texts that are not documents. */
    private static List<List<String>> batches() {
        Random random = new Random(7);
        return IntStream.range(0, 4)
                .mapToObj(batch -> IntStream.range(0, 25)
                        .mapToObj(row -> document(random, batch * 20 + random.nextInt(20) - 10))
                        .toList())
                .toList();
    }

    private static String document(Random random, int minute) {
        return switch (random.nextInt(10)) {
            case 0 -> "{\"zip\":\"9000\",\"hittime\":\"no time\"}";
            case 1 -> "{\"hittime\":\"2026-01-01 01:00:00\"";
            case 2 -> hit("null", minute);
            default -> hit("\"900" + random.nextInt(3) + "\"", minute);
        };
    }

    private static String hit(String zip, int minute) {
        return String.format(
                "{\"zip\":%s,\"hittime\":\"2026-01-01 %02d:%02d:00\"}",
                zip, 1 + Math.floorDiv(minute, 60), Math.floorMod(minute, 60));
    }

    private static Sink into(List<String> lines) {
        return rows -> collecting(rows, lines);
    }

    private static DataStreamWriter<Row> collecting(Dataset<Row> rows, List<String> lines) {
        VoidFunction2<Dataset<Row>, Long> collect =
                (found, batch) -> Spark.lines(found).forEach(line -> lines.add("batch " + batch + " " + line));
        return rows.writeStream().foreachBatch(collect);
    }

    private static OutputMode outputMode(String mode) {
        return switch (mode) {
            case "append" -> OutputModes.append();
            case "update" -> OutputModes.update();
            default -> OutputModes.complete();
        };
    }
}
