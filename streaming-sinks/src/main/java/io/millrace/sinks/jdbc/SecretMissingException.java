package io.millrace.sinks.jdbc;

import io.millrace.core.Secret;
import java.io.Serial;

/** Thrown if the password is not where the user said. */
final class SecretMissingException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    SecretMissingException(IllegalStateException cause) {
        super(cause.getMessage(), cause);
    }

    /** Returns the secret, or throws this exception if it is missing. */
    static String revealed(Secret secret) {
        try {
            return secret.reveal();
        } catch (IllegalStateException e) {
            throw new SecretMissingException(e);
        }
    }
}
