package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretTest {
    private static final AtomicInteger LOOKUPS = new AtomicInteger();

    @Test
    void aFileIsReadWhenTheSecretIsNeededAndWithoutItsLineEnd(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("password");
        Secret secret = Secret.file(file);
        Files.writeString(file, "correct horse \n");

        assertThat(secret.reveal()).isEqualTo("correct horse ");

        Files.writeString(file, "battery staple");
        assertThat(secret.reveal()).isEqualTo("battery staple");
    }

    @Test
    void aVariableIsThatOfTheProcess() {
        String variable = System.getenv().keySet().iterator().next();

        assertThat(Secret.env(variable).reveal()).isEqualTo(System.getenv(variable));
    }

    @Test
    void whatIsSerializedIsThePlaceAndNotTheSecret(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("password"), "canary-4711");

        byte[] bytes = serialized(Secret.file(file));

        assertThat(new String(bytes, StandardCharsets.ISO_8859_1)).doesNotContain("canary-4711");
        assertThat(deserialized(bytes).reveal()).isEqualTo("canary-4711");
    }

    @Test
    void aLookupRunsOnlyWhenTheSecretIsNeeded() throws Exception {
        LOOKUPS.set(0);
        Secret secret = deserialized(serialized(Secret.from(() -> "found " + LOOKUPS.incrementAndGet())));

        assertThat(LOOKUPS).hasValue(0);
        assertThat(secret.reveal()).isEqualTo("found 1");
    }

    @Test
    void twoAreEqualIfTheyAreLookedUpInTheSamePlace() throws Exception {
        Path file = Path.of("password");
        Secret lookup = Secret.from(() -> "a");

        assertThat(Secret.file(file)).isEqualTo(Secret.file(file.toAbsolutePath()));
        assertThat(Secret.file(file)).hasSameHashCodeAs(Secret.file(file.toAbsolutePath()));
        assertThat(Secret.file(file)).isNotEqualTo(Secret.file(Path.of("other")));
        assertThat(Secret.env("password")).isNotEqualTo(Secret.file(Path.of("/password")));
        assertThat(deserialized(serialized(lookup))).isEqualTo(lookup).hasSameHashCodeAs(lookup);
        assertThat(holding("a")).isEqualTo(holding("a")).isNotEqualTo(holding("b"));
        assertThat(Secret.from(() -> "a")).isNotEqualTo(lookup);
    }

    @Test
    void aLookupThatFailsIsReportedWithoutItsText() {
        Secret broken = Secret.from(() -> {
            throw new IllegalArgumentException("token canary-4711");
        });

        assertThatThrownBy(broken::reveal)
                .hasMessage("The lookup of a secret failed: Secret.from(...) threw"
                        + " java.lang.IllegalArgumentException. Let the lookup itself log why.")
                .hasNoCause();
    }

    private static Secret holding(String value) {
        return Secret.from(() -> value);
    }

    @Test
    void itPrintsAsStars() {
        assertThat(Secret.env("DB_PASSWORD")).hasToString("***");
        assertThat(Secret.from(() -> "canary-4711")).hasToString("***");
    }

    @Test
    void aMissingSecretIsNamedWithAHint(@TempDir Path directory) {
        Path missing = directory.resolve("missing");

        assertThatThrownBy(() -> Secret.env("MILLRACE_NO_SUCH_VARIABLE").reveal())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The secret in the environment variable MILLRACE_NO_SUCH_VARIABLE is not there: the"
                        + " variable is not set in this process. Set it on the driver, and on executors through"
                        + " spark.executorEnv.MILLRACE_NO_SUCH_VARIABLE or the environment of the cluster.");
        assertThatThrownBy(() -> Secret.file(missing).reveal())
                .hasMessage("The secret in the file " + missing + " cannot be read on this machine"
                        + " (NoSuchFileException). Put the file there, readable by this process.");
    }

    private static byte[] serialized(Secret secret) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(secret);
        }
        return bytes.toByteArray();
    }

    private static Secret deserialized(byte[] bytes) throws IOException, ClassNotFoundException {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return (Secret) in.readObject();
        }
    }
}
