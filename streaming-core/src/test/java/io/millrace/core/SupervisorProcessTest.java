package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.SupervisedQuery.State;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A supervisor beside the driver of another process, and one whose Spark stops. */
@Timeout(60)
class SupervisorProcessTest {
    @Test
    void aQueryThatAnotherDriverHasTakenOverIsGivenUpAndOneWhoseSparkHasStoppedEnds(@TempDir Path checkpoint)
            throws Exception {
        Process other = JobToSupervise.start(checkpoint);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Supervision supervision =
                Supervisor.of(JobToSupervise.pipeline(checkpoint, mayEnd)).start(Spark.session());
        try (BufferedReader lines = other.inputReader()) {
            awaitLine(lines, "in batch 1");
            mayEnd.countDown();

            assertThat(supervision.await()).isEqualTo(Supervisor.NEEDS_A_PERSON);
            assertThat(supervision.queries())
                    .containsExactly(new SupervisedQuery(
                            "shared",
                            State.GAVE_UP,
                            0,
                            Optional.of("taken-over"),
                            Optional.of("another driver runs this query (SparkException)"),
                            Optional.empty()));

            other.getOutputStream().close();
            while (lines.readLine() != null) {
                // The other one must not wait for its reader.
            }
            assertThat(other.waitFor())
                    .as("of a driver whose Spark has stopped")
                    .isEqualTo(Supervisor.SPARK_STOPPED);
        } finally {
            mayEnd.countDown();
            supervision.close();
            other.destroyForcibly().waitFor();
        }
    }

    private static void awaitLine(BufferedReader lines, String expected) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals(expected)) {
                return;
            }
            said.append(line).append('\n');
        }
        assertThat(said).contains(expected);
    }
}
