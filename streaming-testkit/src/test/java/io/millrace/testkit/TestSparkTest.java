package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.TestSpark.Executor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class TestSparkTest {
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "other systems have no 127.0.0.2 without being told to")
    void aSubmittedJobSurvivesTheLossOfAnExecutorAndOfAWorker(@TempDir Path directory) throws Exception {
        Path go = directory.resolve("go");
        Path result = directory.resolve("result");
        Path home;
        List<Executor> executors;
        try (TestSpark cluster = TestSpark.configured().coresPerWorker(1).start()) {
            home = cluster.home();
            Process job = submit(cluster, directory, go, result);

            executors = await(cluster, directory, job, found -> found.size() == 2);
            assertThat(executors).extracting(Executor::host).containsExactlyInAnyOrder("127.0.0.2", "127.0.0.3");

            Executor victim = executors.get(0);
            cluster.kill(victim);
            await(cluster, directory, job, found -> found.size() == 2 && !found.contains(victim));

            cluster.killWorker("127.0.0.3");
            assertThat(cluster.workerHosts()).containsExactly("127.0.0.2");
            assertThatThrownBy(() -> cluster.killWorker("127.0.0.9"))
                    .hasMessage("killWorker(127.0.0.9): there is no such worker. Those that run are [127.0.0.2].");

            Files.createFile(go);
            assertThat(job.waitFor(60, TimeUnit.SECONDS)).as(output(directory)).isTrue();
            assertThat(result).as(output(directory)).hasContent("sum 10");
        }
        assertThat(home).doesNotExist();
        assertThat(executors)
                .noneMatch(executor -> ProcessHandle.of(executor.pid())
                        .flatMap(handle -> handle.info().command())
                        .isPresent());
    }

    @Test
    void aClusterWithoutWorkersIsRefused() {
        assertThatThrownBy(() -> TestSpark.configured().workers(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers(0): a cluster needs at least one.");
    }

    private static Process submit(TestSpark cluster, Path directory, Path go, Path result) throws Exception {
        return new ProcessBuilder(
                        cluster.home().resolve("bin/spark-submit").toString(),
                        "--master",
                        cluster.master(),
                        "--conf",
                        "spark.executor.memory=512m",
                        "--conf",
                        "spark.driver.host=127.0.0.1",
                        "--conf",
                        "spark.ui.enabled=false",
                        "--class",
                        JobForACluster.class.getName(),
                        "spark-internal",
                        go.toString(),
                        result.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
    }

    private static List<Executor> await(
            TestSpark cluster, Path directory, Process job, Predicate<List<Executor>> expected) throws Exception {
        List<Executor> found = cluster.executors();
        while (!expected.test(found) && !job.waitFor(100, TimeUnit.MILLISECONDS)) {
            found = cluster.executors();
        }
        assertThat(expected.test(found))
                .as("executors %s: %s", found, output(directory))
                .isTrue();
        return found;
    }

    private static String output(Path directory) throws Exception {
        return Files.readString(directory.resolve("output"));
    }
}
