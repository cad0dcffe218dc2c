package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.internal.spark.SparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Spark runs and what it refuses, for every plan in every output mode, under every trigger and into every sink.
 * {@code matrix-3.5.txt} is what Spark 3.5.7 did for each cell, and so on. {@code validate} must agree with all of it;
 * Spark itself runs some of the cells again, and all of them if the environment has {@code MATRIX=full}. With
 * {@code MATRIX=write} it writes the table of its minor version.
 */
class MatrixTest {
    private static final Path TABLE = Path.of("src/test/resources/matrix-" + SparkVersion.minor() + ".txt");
    private static final Predicate<MatrixCell> ASKED_AGAIN =
            "full".equals(System.getenv("MATRIX")) ? cell -> true : MatrixCell::isTelling;

    @Test
    void validateAgreesWithTheTableOnEveryCell(@TempDir Path checkpoints) throws Exception {
        assertThat(answers(cell -> true, cell -> cell.byValidate(checkpoints))).isEqualTo(table(cell -> true));
    }

    @Test
    void sparkDoesWhatTheTableSays(@TempDir Path checkpoints) throws Exception {
        if ("write".equals(System.getenv("MATRIX"))) {
            Files.write(TABLE, MatrixCell.rows(answers(cell -> true, cell -> cell.bySpark(checkpoints))));
        }
        assertThat(answers(ASKED_AGAIN, cell -> cell.bySpark(checkpoints))).isEqualTo(table(ASKED_AGAIN));
    }

    private static Map<MatrixCell, Boolean> table(Predicate<MatrixCell> wanted) throws IOException {
        Map<MatrixCell, Boolean> table = new TreeMap<>();
        List<String> lines = Files.readAllLines(TABLE);
        for (String line : lines.subList(1, lines.size())) {
            MatrixCell.row(line).forEach((cell, runs) -> {
                if (wanted.test(cell)) {
                    table.put(cell, runs);
                }
            });
        }
        assertThat(table.values()).contains(true, false);
        return table;
    }

    private static Map<MatrixCell, Boolean> answers(Predicate<MatrixCell> wanted, Predicate<MatrixCell> runs)
            throws Exception {
        Map<MatrixCell, Future<Boolean>> asked = new TreeMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (MatrixCell cell : new ArrayList<>(MatrixCell.all())) {
            if (wanted.test(cell)) {
                asked.put(cell, threads.submit(() -> runs.test(cell)));
            }
        }
        threads.shutdown();
        Map<MatrixCell, Boolean> answers = new TreeMap<>();
        for (Map.Entry<MatrixCell, Future<Boolean>> cell : asked.entrySet()) {
            answers.put(cell.getKey(), cell.getValue().get());
        }
        return answers;
    }
}
