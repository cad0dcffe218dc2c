package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaSecurityTest {
    private static final String CANARY = "canary \"4711\" \\ }";
    private static final Secret SECRET = Secret.from(() -> CANARY);

    @Test
    void theClientLooksUpWhatTheOptionsOnlyName(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("pass:word}"), CANARY + "\n");
        KafkaSecurity security = KafkaSecurity.scramSha512("millrace", Secret.file(file))
                .trusting(Path.of("ca.p12"), SECRET)
                .presenting(Path.of("client.p12"), SECRET);

        Map<String, Object> client = resolvedByKafka(security.options());

        assertThat(security.options().toString()).doesNotContain("canary");
        assertThat(client)
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.mechanism", "SCRAM-SHA-512");
        assertThat(password(client, "ssl.truststore.password")).isEqualTo(CANARY);
        assertThat(password(client, "ssl.keystore.password")).isEqualTo(CANARY);
        assertThat(password(client, "ssl.key.password")).isEqualTo(CANARY);
        assertThat(password(client, "sasl.jaas.config"))
                .isEqualTo("org.apache.kafka.common.security.scram.ScramLoginModule required"
                        + " password=\"canary \\\"4711\\\" \\\\ }\" username=\"millrace\";");
    }

    @Test
    void aSecretOptionIsLookedUpByTheClientToo() {
        KafkaSource source = Sources.kafka("localhost:9092").topics("hits").option("kafka.ssl.key.password", SECRET);

        assertThat(source.describe()).contains("kafka.ssl.key.password=***").doesNotContain("canary");
        assertThat(password(resolvedByKafka(source.reading().options()), "ssl.key.password"))
                .isEqualTo(CANARY);
        assertThat(source.load(Spark.session()).queryExecution().toString()).doesNotContain("canary");
    }

    @Test
    void otherLoginsTakeTheirOptionsOneByOne() {
        KafkaSecurity security = KafkaSecurity.login("OAUTHBEARER", "org.example.Login")
                .with("clientId", "a \"b\"")
                .with("clientSecret", SECRET)
                .unencrypted();

        Map<String, Object> client = resolvedByKafka(security.options());

        assertThat(client).containsEntry("security.protocol", "SASL_PLAINTEXT");
        assertThat(password(client, "sasl.jaas.config"))
                .startsWith("org.example.Login required clientId=\"a \\\"b\\\"\" clientSecret=\"canary");
    }

    @Test
    void certificatesInPemNeedNoPassword() {
        assertThat(KafkaSecurity.tls().trusting(Path.of("ca.pem")).options())
                .containsOnly(
                        Map.entry("kafka.security.protocol", "SSL"),
                        Map.entry("kafka.ssl.truststore.location", "ca.pem"),
                        Map.entry("kafka.ssl.truststore.type", "PEM"));
    }

    @Test
    void refusesInvalidArgumentsAtTheCall() {
        assertThatThrownBy(() -> KafkaSecurity.tls().unencrypted())
                .hasMessageStartingWith("unencrypted(): TLS without a login cannot be unencrypted.");
        assertThatThrownBy(() -> KafkaSecurity.tls().with("username", "x"))
                .hasMessage("with(username): there is no login module. Start with KafkaSecurity.login(...).");
    }

    private static Map<String, Object> resolvedByKafka(Map<String, String> options) {
        Map<String, Object> client = new HashMap<>();
        options.forEach((key, value) -> client.put(key.replaceFirst("^kafka\\.", ""), value));
        client.put("key.deserializer", ByteArrayDeserializer.class);
        client.put("value.deserializer", ByteArrayDeserializer.class);
        client.put("bootstrap.servers", "localhost:9092");
        return new HashMap<>(new ConsumerConfig(client).values());
    }

    private static String password(Map<String, Object> client, String name) {
        return ((Password) Objects.requireNonNull(client.get(name))).value();
    }
}
