package io.millrace.core;

import static org.apache.spark.sql.functions.expr;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A checkpoint that a pipeline on the other line of Spark has made. */
class MovedCheckpointTest {
    /** One of each line. To record it anew, delete it and run the test on that line. */
    private static final Path RECORDED = Path.of("src/test/resources/io/millrace/core/checkpoints");

    private static final boolean IS_SPARK_4 = Spark.session().version().startsWith("4.");

    private final SparkSession spark = Spark.session().newSession();
    private final MemoryInput<Long> numbers = new MemoryInput<>(spark, Encoders.LONG());
    private final List<String> written = new ArrayList<>();
    private final Path moved;

    MovedCheckpointTest(@TempDir Path directory) throws Exception {
        moved = directory.resolve("moved");
        spark.conf().set("spark.sql.shuffle.partitions", "1");
        numbers.add(5L); // What the first batch has read.
        Path ofThisLine = RECORDED.resolve(IS_SPARK_4 ? "spark4" : "spark3.5");
        if (Files.notExists(ofThisLine)) {
            pipeline("max(value)").checkpointAt(ofThisLine).start(spark).awaitTermination();
        }
        written.clear();
        copy(RECORDED.resolve(IS_SPARK_4 ? "spark3.5" : "spark4"), moved);
    }

    @Test
    void unchangedCodeGoesOnWithItsState() throws Exception {
        assertThat(pipeline("max(value)").validate(spark)).isEmpty();

        numbers.add(3L);
        pipeline("max(value)").start(spark).awaitTermination();

        assertThat(written).containsExactly("[false,5,2]");
    }

    @Test
    void changedCodeIsRefused() {
        assertThatThrownBy(() -> pipeline("min(value)").validate(spark)).hasMessageContaining("holds max(value)");
    }

    private Pipeline pipeline(String aggregate) {
        return Pipeline.named("moved")
                .from(Sources.of(numbers.toDF()))
                .via(Transforms.of(
                        "grouped", rows -> rows.groupBy(expr("value IS NULL")).agg(expr(aggregate), expr("count(1)"))))
                .to(rows -> rows.writeStream()
                        .foreachBatch((Dataset<Row> batch, Long id) ->
                                batch.collectAsList().forEach(row -> written.add(row.toString()))))
                .outputMode(OutputModes.update())
                .availableNow()
                .checkpointAt(moved);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }
}
