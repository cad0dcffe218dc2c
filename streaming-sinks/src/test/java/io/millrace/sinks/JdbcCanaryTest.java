package io.millrace.sinks;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdbcCanaryTest {
    @Test
    void neitherAPasswordNorARefusedRowIsInLogsEventsPlansOrCheckpoints(@TempDir Path directory) throws Exception {
        Server.execute(
                "DROP TABLE IF EXISTS caged, millrace_fence, millrace_ledger",
                "CREATE TABLE caged (id int PRIMARY KEY, value uuid)");

        assertThatNothingIsSaid(Server.database(), "SQLSTATE 22P02", directory);
    }

    @Test
    void norWhereTheServerIsMariaDb(@TempDir Path directory) throws Exception {
        MariaDb.execute(
                "DROP TABLE IF EXISTS caged, millrace_fence, millrace_ledger",
                "CREATE TABLE caged (id int PRIMARY KEY, value uuid)");

        assertThatNothingIsSaid(MariaDb.database(), "SQLSTATE 22007", directory);
    }

    private static void assertThatNothingIsSaid(Database database, String refusal, Path directory) throws Exception {
        int exit = ChildDriver.run(CanaryDriver.class, directory, database, directory.toString());

        assertThat(exit).as("exit code").isZero();
        try (Stream<Path> files = Files.walk(directory)) {
            String all =
                    files.filter(Files::isRegularFile).map(JdbcCanaryTest::text).collect(Collectors.joining());
            assertThat(all.split(refusal, -1)).as("refusals told").hasSizeGreaterThan(2);
            assertThat(all.contains("SparkListenerApplicationStart"))
                    .as("the event log is among the files")
                    .isTrue();
            assertThat(all.contains("canary-"))
                    .as("a value of a row is in the files")
                    .isFalse();
            assertThat(all.contains(requireNonNull(database.password()).reveal()))
                    .as("the password is in the files")
                    .isFalse();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
