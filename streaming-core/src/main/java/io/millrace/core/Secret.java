package io.millrace.core;

import java.io.IOException;
import java.io.Serial;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a password is found, never the password: it is looked up in the process that needs it, at the moment it is
 * needed, so that neither a plan nor a checkpoint nor a log ever holds it. Serializable, immutable, and prints as
 * {@code ***}.
 *
 * <pre>{@code Secret password = Secret.env("DB_PASSWORD");}</pre>
 */
public final class Secret implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String place;
    private final @Nullable Lookup lookup;

    private Secret(Kind kind, String place, @Nullable Lookup lookup) {
        this.kind = kind;
        this.place = place;
        this.lookup = lookup;
    }

    /** The environment variable {@code variable} of the process that asks, driver or executor. */
    public static Secret env(String variable) {
        if (variable.isBlank()) {
            throw new IllegalArgumentException("Secret.env: the name of the environment variable is blank.");
        }
        return new Secret(Kind.ENVIRONMENT, variable, null);
    }

    /** The text of a file on the machine that asks, without the line end behind it; read anew each time. */
    public static Secret file(Path path) {
        return new Secret(Kind.FILE, path.toAbsolutePath().toString(), null);
    }

    /** What {@code lookup} finds, asked anew each time, on driver and executors; it must not hold the secret itself. */
    public static Secret from(Lookup lookup) {
        return new Secret(Kind.LOOKUP, "", lookup);
    }

    /**
     * Looks the secret up; for the one call that hands it to a driver or a client.
     *
     * @throws IllegalStateException where it is not to be found in this process
     */
    public String reveal() {
        return switch (kind) {
            case ENVIRONMENT -> variable();
            case FILE -> content();
            case LOOKUP -> found();
        };
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
        String value = lookup == null ? null : lookup.find();
        if (value == null) {
            throw new IllegalStateException("The lookup of a secret found nothing: Secret.from(...) returned null.");
        }
        return value;
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
