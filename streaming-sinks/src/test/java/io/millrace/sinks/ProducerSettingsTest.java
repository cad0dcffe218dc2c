package io.millrace.sinks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.KafkaSecurity;
import io.millrace.core.Secret;
import org.junit.jupiter.api.Test;

class ProducerSettingsTest {
    private final ProducerSettings settings = ProducerSettings.at("localhost:9092");
    private final KafkaSecurity security = KafkaSecurity.plain("millrace", Secret.env("PASSWORD"));

    @Test
    void aSecretJoinsTheConfigProvidersOfTheJob() {
        assertThat(settings.option("kafka.config.providers", "vault")
                        .with(security)
                        .options())
                .containsEntry("kafka.config.providers", "vault,millrace");
    }

    @Test
    void theConfigProvidersOfTheJobJoinThatOfASecret() {
        assertThat(settings.with(security)
                        .option("kafka.config.providers", "vault")
                        .options())
                .containsEntry("kafka.config.providers", "millrace,vault");
    }
}
