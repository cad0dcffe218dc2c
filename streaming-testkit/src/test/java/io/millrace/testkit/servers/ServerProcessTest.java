package io.millrace.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {
    @Test
    void aProcessThatDoesNotGetReadyIsEnded(@TempDir Path directory) throws IOException {
        ServerProcess process = ServerProcess.launch(
                new ServerProcess.Command("The server", directory, "KILL", List.of("tail", "-f", "/dev/null")));

        assertThatThrownBy(() -> process.awaitReady(
                        () -> {
                            throw new IllegalStateException("no answer");
                        },
                        Duration.ofSeconds(10)))
                .hasMessage("no answer");

        assertThat(process.alive()).isFalse();
    }
}
