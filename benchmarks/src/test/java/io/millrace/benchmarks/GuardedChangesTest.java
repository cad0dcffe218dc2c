package io.millrace.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tries each change of docs/restarts.md on Spark alone and with Millrace. */
@Execution(ExecutionMode.CONCURRENT)
class GuardedChangesTest {
    private static final Path GUIDE = Path.of("..", "docs", "restarts.md");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path root;

    @SuppressWarnings("NullAway.Init")
    private static GuardTrial trial;

    @SuppressWarnings("NullAway.Init")
    private static SparkSession spark;

    @BeforeAll
    static void open() {
        spark = GuardTrial.session();
        trial = new GuardTrial(spark, root);
    }

    @AfterAll
    static void close() {
        spark.stop();
    }

    static List<GuardedChange> changes() {
        return GuardedChanges.onThisLine();
    }

    @Test
    void theGuideHasAllChangesAndNoOthers() throws Exception {
        assertThat(rows("| Change on the same checkpoint |")).containsExactlyElementsOf(rows(GuardedChanges.all()));
        List<GuardedChange> variables = GuardedVariables.all();
        if (!variables.isEmpty()) {
            assertThat(rows("| Change of `transformWithState` |")).containsExactlyElementsOf(rows(variables));
        }
    }

    private static List<String> rows(List<GuardedChange> changes) {
        return changes.stream().map(GuardedChange::row).toList();
    }

    /** The rows of the table of the guide that begins with {@code head}. */
    private static List<String> rows(String head) throws IOException {
        return Files.readAllLines(GUIDE).stream()
                .dropWhile(line -> !line.startsWith(head))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("changes")
    void sparkAndMillraceDoWhatTheGuideSays(GuardedChange change) throws Exception {
        boolean isSpark4 = spark.version().startsWith("4.");
        GuardVerdict verdict = trial.of(change);

        assertThat(verdict.spark()).isEqualTo(GuardedChange.onThisLine(change.spark(), isSpark4));
        assertThat(verdict.millrace())
                .as(verdict.details().toString())
                .isEqualTo(GuardedChange.onThisLine(change.millrace(), isSpark4));
        assertThat(verdict.agrees()).as(verdict.toString()).isTrue();
    }
}
