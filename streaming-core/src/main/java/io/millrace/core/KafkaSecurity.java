package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import io.millrace.core.internal.Options;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a client of Kafka logs in and whom it trusts, for sources and sinks. Encrypted by default. Every {@link Secret}
 * is looked up by the client that connects, on the driver and on each executor; files are read there too. Immutable:
 * every call returns a copy.
 *
 * <pre>{@code
 * KafkaSecurity.scramSha512("millrace", Secret.env("KAFKA_PASSWORD"))
 *         .trusting(Path.of("/etc/kafka/ca.pem"))
 * }</pre>
 */
public final class KafkaSecurity {
    private static final String JAAS = "sasl.jaas.config";

    /** The settings of the client but for the login, without {@code kafka.} before their names. */
    private final Options settings;

    private final @Nullable Login login;

    private KafkaSecurity(Options settings, @Nullable Login login) {
        this.settings = settings;
        this.login = login;
    }

    /** TLS without a user, trusting the certificate authorities of the JVM unless {@code trusting} names others. */
    public static KafkaSecurity tls() {
        return new KafkaSecurity(Options.NONE.with("security.protocol", "SSL"), null);
    }

    /** User and password as they are, over TLS. */
    public static KafkaSecurity plain(String user, Secret password) {
        notNull("plain(user, password)", user, password);
        return login("PLAIN", "org.apache.kafka.common.security.plain.PlainLoginModule")
                .with("username", user)
                .with("password", password);
    }

    /** SCRAM-SHA-256 over TLS: the password does not travel. */
    public static KafkaSecurity scramSha256(String user, Secret password) {
        notNull("scramSha256(user, password)", user, password);
        return scram("SCRAM-SHA-256", user, password);
    }

    /** SCRAM-SHA-512 over TLS: the password does not travel. */
    public static KafkaSecurity scramSha512(String user, Secret password) {
        notNull("scramSha512(user, password)", user, password);
        return scram("SCRAM-SHA-512", user, password);
    }

    /**
     * Any other way to log in, over TLS; add its JAAS options by {@code with}.
     *
     * @param mechanism such as {@code OAUTHBEARER} or {@code GSSAPI}
     * @param loginModule the class that Kafka asks to log in
     */
    public static KafkaSecurity login(String mechanism, String loginModule) {
        notNull("login(mechanism, loginModule)", mechanism, loginModule);
        return new KafkaSecurity(
                Options.NONE.with("security.protocol", "SASL_SSL").with("sasl.mechanism", mechanism),
                new Login(loginModule, new TreeMap<>()));
    }

    /** An option of the login module. */
    public KafkaSecurity with(String name, String value) {
        notNull("with(name, value)", name, value);
        return withQuoted(name, value.replace("\\", "\\\\").replace("\"", "\\\""));
    }

    /** An option of the login module that is a secret. */
    public KafkaSecurity with(String name, Secret secret) {
        notNull("with(name, secret)", name, secret);
        return withQuoted(name, KafkaSecrets.quotedPlaceholder(secret));
    }

    /**
     * Trusts these certificates and no others: a PEM file ({@code .pem}, {@code .crt}), or a store without a password.
     */
    public KafkaSecurity trusting(Path certificates) {
        notNull("trusting(certificates)", certificates);
        return setting("ssl.truststore.location", certificates.toString())
                .setting("ssl.truststore.type", storeType(certificates));
    }

    /** Trusts the certificates of this JKS or PKCS#12 store and no others. */
    public KafkaSecurity trusting(Path truststore, Secret password) {
        notNull("trusting(truststore, password)", truststore, password);
        return trusting(truststore).setting("ssl.truststore.password", KafkaSecrets.placeholder(password));
    }

    /** Presents this certificate to the broker; one password for the JKS or PKCS#12 store and the key in it. */
    public KafkaSecurity presenting(Path keystore, Secret password) {
        notNull("presenting(keystore, password)", keystore, password);
        return presenting(keystore, password, password);
    }

    /** Presents this certificate to the broker; a password for the JKS or PKCS#12 store, and one for the key in it. */
    public KafkaSecurity presenting(Path keystore, Secret storePassword, Secret keyPassword) {
        notNull("presenting(keystore, storePassword, keyPassword)", keystore, storePassword, keyPassword);
        return setting("ssl.keystore.location", keystore.toString())
                .setting("ssl.keystore.type", storeType(keystore))
                .setting("ssl.keystore.password", KafkaSecrets.placeholder(storePassword))
                .setting("ssl.key.password", KafkaSecrets.placeholder(keyPassword));
    }

    /** Logs in without TLS: the network can read everything, with {@code plain} even the password. */
    public KafkaSecurity unencrypted() {
        if (login == null) {
            throw new IllegalArgumentException("unencrypted(): TLS without a login cannot be unencrypted."
                    + " Leave security(...) out, or log in with plain, scramSha512 or login.");
        }
        return setting("security.protocol", "SASL_PLAINTEXT");
    }

    /**
     * These settings as options of Spark's Kafka source and sink; secrets are placeholders that the client resolves.
     */
    public Map<String, String> options() {
        Map<String, String> options = new HashMap<>();
        settings.asMap().forEach((name, value) -> options.put("kafka." + name, value));
        if (login != null) {
            options.put("kafka." + JAAS, login.jaas());
        }
        return Map.copyOf(KafkaSecrets.resolvable(options));
    }

    /** Whether {@code other} has the same settings, and looks up its secrets in the same places. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KafkaSecurity security
                && settings.equals(security.settings)
                && Objects.equals(login, security.login);
    }

    @Override
    public int hashCode() {
        return Objects.hash(settings, login);
    }

    /** All settings, with {@code ***} for secrets. */
    @Override
    public String toString() {
        return settings + (login == null ? "" : ", " + login);
    }

    private static KafkaSecurity scram(String mechanism, String user, Secret password) {
        return login(mechanism, "org.apache.kafka.common.security.scram.ScramLoginModule")
                .with("username", user)
                .with("password", password);
    }

    private KafkaSecurity withQuoted(String name, String value) {
        if (login == null) {
            throw new IllegalArgumentException(
                    "with(" + name + "): there is no login module. Start with KafkaSecurity.login(...).");
        }
        return new KafkaSecurity(settings, login.with(name, value));
    }

    private KafkaSecurity setting(String name, String value) {
        return new KafkaSecurity(settings.with(name, value), login);
    }

    /** The login module with its options, whose values are ready for quotes. */
    private record Login(String module, NavigableMap<String, String> options) {
        Login with(String name, String value) {
            NavigableMap<String, String> more = new TreeMap<>(options);
            more.put(name, value);
            return new Login(module, more);
        }

        String jaas() {
            return options.entrySet().stream()
                    .map(option -> " " + option.getKey() + "=\"" + option.getValue() + "\"")
                    .collect(Collectors.joining("", module + " required", ";"));
        }

        @Override
        public String toString() {
            return module + "(" + Options.NONE.with(options) + ")";
        }
    }

    private static String storeType(Path store) {
        String name = store.toString().toLowerCase(Locale.ROOT);
        // Java's JKS reads PKCS#12 as well.
        return name.endsWith(".pem") || name.endsWith(".crt") ? "PEM" : "JKS";
    }
}
