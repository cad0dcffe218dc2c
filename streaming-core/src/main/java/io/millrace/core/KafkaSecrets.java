package io.millrace.core;

import io.millrace.core.internal.Options;
import io.millrace.core.internal.kafka.KafkaOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigData;
import org.apache.kafka.common.config.provider.ConfigProvider;

/**
 * Resolves a {@link Secret} inside the Kafka client that needs it: Spark's options, its plans and logs only ever hold
 * {@code ${millrace:...}}. Public for Kafka, which loads it by its name; not for jobs to call.
 *
 * <pre>{@code kafka.option("kafka.ssl.key.password", Secret.env("KEY_PASSWORD"))}</pre>
 */
public final class KafkaSecrets implements ConfigProvider {
    private static final String NAME = "millrace";
    private static final String START = Options.PLACEHOLDER;
    private static final String QUOTED = "quoted-";

    /** For Kafka. */
    public KafkaSecrets() {}

    static String placeholder(Secret secret) {
        return placeholder("", secret);
    }

    /** For a value inside of the quotes of a JAAS entry. */
    static String quotedPlaceholder(Secret secret) {
        return placeholder(QUOTED, secret);
    }

    static boolean isPlaceholder(String value) {
        return value.contains(START);
    }

    /** Refuses a plain-text value for a setting that Kafka itself treats as a password. */
    static void refusePlainText(String key, String value) {
        if (KafkaOptions.isPassword(key) && !isPlaceholder(value)) {
            throw new IllegalArgumentException("option(" + key + ", ***): plans and logs show options."
                    + " Pass it as a Secret, with option(key, secret) or security(...) of Sources.kafka.");
        }
    }

    /** {@code options}, and the settings by which the client looks up their placeholders. */
    static Map<String, String> resolvable(Map<String, String> options) {
        if (options.values().stream().noneMatch(KafkaSecrets::isPlaceholder)) {
            return options;
        }
        Map<String, String> more = new HashMap<>(options);
        more.put(KafkaOptions.CONFIG_PROVIDERS, NAME);
        more.put(KafkaOptions.CONFIG_PROVIDERS + "." + NAME + ".class", KafkaSecrets.class.getName());
        return more;
    }

    @Override
    public ConfigData get(String path) {
        return new ConfigData(Map.of());
    }

    @Override
    public ConfigData get(String path, Set<String> keys) {
        Map<String, String> found = new HashMap<>();
        for (String key : keys) {
            String value = secret(path.replace(QUOTED, ""), key).reveal();
            found.put(key, path.startsWith(QUOTED) ? escaped(value) : value);
        }
        return new ConfigData(found);
    }

    @Override
    public void configure(Map<String, ?> settings) {
        // Everything is in the placeholders.
    }

    @Override
    public void close() {
        // Nothing to close.
    }

    private static String placeholder(String form, Secret secret) {
        return START + form + secret.kind() + ":" + encoded(secret) + "}";
    }

    private static String encoded(Secret secret) {
        byte[] bytes = secret.kind() == Secret.Kind.LOOKUP
                ? serialized(secret)
                : secret.place().getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static Secret secret(String kind, String encoded) {
        byte[] bytes = Base64.getUrlDecoder().decode(encoded);
        String place = new String(bytes, StandardCharsets.UTF_8);
        return switch (Secret.Kind.valueOf(kind)) {
            case ENVIRONMENT -> Secret.env(place);
            case FILE -> Secret.file(Path.of(place));
            case LOOKUP -> deserialized(bytes);
        };
    }

    private static byte[] serialized(Secret secret) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(secret);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Secret.from(...) holds something that cannot be sent to executors: make it serializable.", e);
        }
        return bytes.toByteArray();
    }

    private static Secret deserialized(byte[] bytes) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return (Secret) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException(
                    "The lookup of Secret.from(...) is not on the class path of this process.", e);
        }
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
