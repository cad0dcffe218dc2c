package io.millrace.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.servers.TestSpark.Executor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Jobs by spark-submit on a real cluster, and the failures that a user sees in the terminal. */
@Timeout(180)
class TestSparkTest {
    @RegisterExtension
    static final TestSpark CLUSTER = TestSpark.configured().coresPerWorker(1).start();

    private final Path directory;

    TestSparkTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void jobSurvivesTheKillOfAnExecutorThatIsAtWork() throws Exception {
        Process submit = submit("sum-on-signal", directory.toString());
        Executor victim = awaitExecutorAtWork(submit);
        CLUSTER.kill(victim);
        while (CLUSTER.executors().contains(victim)) {
            assertThat(Thread.interrupted()).as("interrupted by the time limit").isFalse();
        }
        Files.createFile(directory.resolve("go"));

        assertThat(exitCode(submit)).as(log()).isZero();
        assertThat(log()).contains("sum: 10");
        assertThat(directory.resolve("again"))
                .as("what a task leaves that runs again")
                .exists();
    }

    @Test
    void jobThatThrowsEndsWithItsMessageAndExitCodeOne() throws Exception {
        assertThat(exitCode(submit("throw"))).isEqualTo(1);
        assertThat(log())
                .contains("Exception in thread \"main\" java.lang.IllegalArgumentException: throw: no topic is named")
                .contains("SubmittedJob.main");
    }

    @Test
    void taskThatAlwaysFailsEndsTheJobWithTheTasksMessage() throws Exception {
        assertThat(exitCode(submit("fail-in-a-task"))).isEqualTo(1);
        assertThat(log())
                .containsPattern("Task \\d in stage 0.0 failed 4 times")
                .contains("java.lang.IllegalStateException: the table is full");
    }

    @Test
    void aClusterWithoutWorkersIsRefused() {
        assertThatThrownBy(() -> TestSpark.configured().workers(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers(0): a cluster needs at least one.");
    }

    @Test
    void anUnknownWorkerIsReportedWithTheRunningOnes() {
        assertThatThrownBy(() -> CLUSTER.killWorker("127.0.0.9"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "killWorker(127.0.0.9): there is no such worker. Those that run are [127.0.0.2, 127.0.0.3].");
    }

    private Process submit(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                CLUSTER.home().resolve("bin/spark-submit").toString(),
                "--master",
                CLUSTER.master(),
                "--executor-cores",
                "1",
                "--executor-memory",
                "512m",
                "--conf",
                "spark.driver.host=127.0.0.1",
                "--conf",
                "spark.ui.enabled=false",
                "--class",
                SubmittedJob.class.getName(),
                // Spark's own word for: the class is on the class path already.
                "spark-internal"));
        words.addAll(List.of(arguments));
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private Executor awaitExecutorAtWork(Process submit) {
        Optional<Executor> atWork = Optional.empty();
        while (atWork.isEmpty() && submit.isAlive()) {
            atWork = CLUSTER.executors().stream()
                    .filter(executor -> Files.exists(directory.resolve("started-" + executor.id())))
                    .findFirst();
        }
        return atWork.orElseThrow();
    }

    private static int exitCode(Process submit) throws InterruptedException {
        assertThat(submit.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return submit.exitValue();
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }
}
