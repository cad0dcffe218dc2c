package io.millrace.core.internal.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.LoginFileSystem;
import io.millrace.core.Spark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaTopicIdsTest {
    @Test
    void aLoginInTheLocationIsNotShown(@TempDir Path checkpoint) throws IOException {
        Files.createDirectory(checkpoint.resolve("offsets"));
        Files.writeString(checkpoint.resolve("offsets/0"), "v1\n{}\n{\"hits\":{\"0\":7}}");
        Files.createDirectory(checkpoint.resolve("millrace"));
        Path file = Files.writeString(checkpoint.resolve("millrace/topics"), "v1\nhits before\n");
        KafkaTopicIds ids = new KafkaTopicIds(Spark.session(), LoginFileSystem.location(Spark.session(), checkpoint));
        String shown = LoginFileSystem.SHOWN + checkpoint;

        assertThat(ids.problems(Map.of("hits", "now")))
                .singleElement()
                .asString()
                .contains("the checkpoint at " + shown + " has offsets of another topic")
                .doesNotContain("canary");
        Files.delete(file);
        Files.createDirectory(file);
        assertThatThrownBy(() -> ids.problems(Map.of()))
                .hasMessage("The ids of the topics cannot be read from " + shown + "/millrace/topics");
    }
}
