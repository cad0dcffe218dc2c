package io.millrace.core;

import static io.millrace.core.internal.Arguments.notNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a password is found, never the password itself. It is looked up in the process that needs it, when it is
 * needed, so that no plan, checkpoint or log ever holds it. Serializable, immutable, and printed as {@code ***}. Two
 * secrets are equal if they are looked up in the same place.
 *
 * <pre>{@code Secret password = Secret.env("DB_PASSWORD");}</pre>
 */
public final class Secret implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String place;
    private final @Nullable Lookup lookup;
    private transient volatile byte @Nullable [] form;

    private Secret(Kind kind, String place, @Nullable Lookup lookup) {
        this.kind = kind;
        this.place = place;
        this.lookup = lookup;
    }

    /** The environment variable {@code variable} of the process that needs the secret, driver or executor. */
    public static Secret env(String variable) {
        notNull("env(variable)", variable);
        if (variable.isBlank()) {
            throw new IllegalArgumentException("Secret.env: the name of the environment variable is blank.");
        }
        return new Secret(Kind.ENVIRONMENT, variable, null);
    }

    /** The text of a file on the machine that needs the secret, without the line end after it; read anew each time. */
    public static Secret file(Path path) {
        notNull("file(path)", path);
        return new Secret(Kind.FILE, path.toAbsolutePath().toString(), null);
    }

    /** What {@code lookup} returns, called each time, on driver and executors; it must not hold the secret itself. */
    public static Secret from(Lookup lookup) {
        notNull("from(lookup)", lookup);
        return new Secret(Kind.LOOKUP, "", lookup);
    }

    /**
     * Looks the secret up; for the one call that passes it to a driver or a client.
     *
     * @throws IllegalStateException if it is not found in this process
     */
    public String reveal() {
        return switch (kind) {
            case ENVIRONMENT -> variable();
            case FILE -> content();
            case LOOKUP -> found();
        };
    }

    /** Where it is looked up, such as {@code the file /run/secrets/db}, for messages. */
    public String source() {
        return switch (kind) {
            case ENVIRONMENT -> "the environment variable " + place;
            case FILE -> "the file " + place;
            case LOOKUP -> "a lookup of your own";
        };
    }

    /** Whether {@code other} is looked up in the same place: the same variable or file, or by the same lookup. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Secret secret
                && kind == secret.kind
                && place.equals(secret.place)
                && Arrays.equals(form(), secret.form());
    }

    @Override
    public int hashCode() {
        return 31 * place.hashCode() + Arrays.hashCode(form());
    }

    /** {@code ***}. */
    @Override
    public String toString() {
        return "***";
    }

    Kind kind() {
        return kind;
    }

    String place() {
        return place;
    }

    private String variable() {
        String value = System.getenv(place);
        if (value == null) {
            throw new IllegalStateException("The secret in the environment variable " + place
                    + " is not there: the variable is not set in this process. Set it on the driver, and on executors"
                    + " through spark.executorEnv." + place + " or the environment of the cluster.");
        }
        return value;
    }

    private String content() {
        try {
            return Files.readString(Path.of(place)).replaceFirst("\\R\\z", "");
        } catch (IOException e) {
            throw new IllegalStateException(
                    "The secret in the file " + place + " cannot be read on this machine ("
                            + e.getClass().getSimpleName() + "). Put the file there, readable by this process.",
                    e);
        }
    }

    private String found() {
        String value = lookup == null ? null : lookUp(lookup);
        if (value == null) {
            throw new IllegalStateException("The lookup of a secret found nothing: Secret.from(...) returned null.");
        }
        return value;
    }

    /** Calls the lookup. An error loses its cause, whose text may hold credentials. */
    private static @Nullable String lookUp(Lookup lookup) {
        try {
            return lookup.find();
        } catch (RuntimeException e) {
            throw new IllegalStateException("The lookup of a secret failed: Secret.from(...) threw "
                    + e.getClass().getName() + ". Let the lookup itself log why.");
        }
    }

    /** The serialized lookup: each task gets another object, of the same class and with the same fields. */
    private byte[] form() {
        byte[] known = form;
        if (known == null) {
            known = serialized(lookup);
            form = known;
        }
        return known;
    }

    private static byte[] serialized(@Nullable Lookup lookup) {
        if (lookup == null) {
            return new byte[0];
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(lookup);
        } catch (IOException e) { // it cannot leave this process, so that it is the same object everywhere
            return Integer.toHexString(System.identityHashCode(lookup)).getBytes(StandardCharsets.US_ASCII);
        }
        return bytes.toByteArray();
    }

    /** How to find a secret that is neither in the environment nor in a file, such as in a vault. */
    @FunctionalInterface
    public interface Lookup extends Serializable {
        /** The secret; called on every use, on the driver and on executors, by any thread. */
        String find();
    }

    enum Kind {
        ENVIRONMENT,
        FILE,
        LOOKUP
    }
}
