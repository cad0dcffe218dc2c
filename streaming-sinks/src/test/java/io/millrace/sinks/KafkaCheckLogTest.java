package io.millrace.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** The checks of sources and sinks do not fill the log with the settings of Kafka's clients. */
class KafkaCheckLogTest extends KafkaSourceCheck {
    KafkaCheckLogTest(@TempDir Path directory, TestInfo test) {
        super(directory, test);
    }

    @Test
    void aCheckLogsNothingOfKafkasClientsAndLeavesTheirLoggersAsTheyWere() {
        KAFKA.createTopic(topic, 1);
        Map<String, Object> servers = Map.of("bootstrap.servers", KAFKA.bootstrapServers());
        try (KeptLog kept = KeptLog.ofAll()) {
            List<String> refused = pipeline(kafka().topics(topic), directory)
                    .to(Sinks.kafka(KAFKA.bootstrapServers()).topic(topic).valueFrom("value"))
                    .validate(TestStreams.session())
                    .stream()
                    .map(Object::toString)
                    .toList();

            assertThat(refused).isEmpty();
            assertThat(kept.lines())
                    .noneMatch(line -> line.contains("Config values")
                            || line.contains("not used yet")
                            || line.startsWith("Kafka version")
                            || line.startsWith("App info"));
            assertThat(LogManager.getLogger(AdminClientConfig.class).getLevel()).isEqualTo(Level.INFO);
            Admin.create(servers).close();
            assertThat(kept.lines()).anyMatch(line -> line.contains("AdminClientConfig values"));
        }
    }
}
