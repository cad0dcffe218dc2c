package io.millrace.testkit.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The listener of a broker with TLS and logins, and its self-signed certificate. A client of the open listener has all
 * rights, so that the testkit needs no login.
 */
final class SecuredListener {
    private static final String LISTENER = "listener.name.secured.";
    private static final String ALIAS = "broker";

    private final int port = Ports.free();
    private final Path keystore;
    private final Path certificate;
    private final String storePassword = UUID.randomUUID().toString();
    private final Map<String, String> passwords;

    private SecuredListener(Path directory, Map<String, String> passwords) {
        this.keystore = directory.resolve("keystore.p12");
        this.certificate = directory.resolve("certificate.pem");
        this.passwords = new TreeMap<>(passwords);
    }

    /** Generates key and certificate in the directory of the broker. */
    static SecuredListener in(Path directory, Map<String, String> passwords, Workspace workspace) throws IOException {
        SecuredListener listener = new SecuredListener(directory, passwords);
        listener.keytool(
                workspace,
                directory,
                "-genkeypair",
                "-keyalg",
                "RSA",
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=ip:127.0.0.1,dns:localhost");
        listener.keytool(workspace, directory, "-exportcert", "-rfc", "-file", listener.certificate.toString());
        return listener;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    String listener() {
        return "SECURED://" + bootstrapServers();
    }

    /** The certificate that a client must trust. */
    Path certificate() {
        return certificate;
    }

    Map<String, String> properties() {
        Map<String, String> properties = new TreeMap<>();
        properties.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SECURED:SASL_SSL");
        properties.put("sasl.enabled.mechanisms", "PLAIN");
        properties.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        properties.put("super.users", "User:ANONYMOUS");
        properties.put(LISTENER + "plain.sasl.jaas.config", logins());
        properties.put(LISTENER + "ssl.keystore.type", "PKCS12");
        properties.put(LISTENER + "ssl.keystore.location", keystore.toString());
        properties.put(LISTENER + "ssl.keystore.password", storePassword);
        properties.put(LISTENER + "ssl.key.password", storePassword);
        return properties;
    }

    private String logins() {
        return passwords.entrySet().stream()
                .map(login -> "user_" + login.getKey() + "=\"" + quoted(login.getValue()) + "\"")
                .collect(Collectors.joining(
                        " ", "org.apache.kafka.common.security.plain.PlainLoginModule required ", ";"));
    }

    private static String quoted(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private void keytool(Workspace workspace, Path directory, String... arguments) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        words.addAll(List.of(arguments));
        words.addAll(
                List.of("-alias", ALIAS, "-keystore", keystore.toString(), "-storepass", storePassword, "-noprompt"));
        workspace
                .launch(new ServerProcess.Command("keytool", directory, "KILL", words))
                .awaitSuccess(Duration.ofSeconds(60));
    }
}
