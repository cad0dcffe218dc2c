package io.millrace.sinks.jdbc;

import io.millrace.core.Secret;
import java.io.Serial;

/** The password is not to be found where the user said. */
final class SecretMissingException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    SecretMissingException(IllegalStateException cause) {
        super(cause.getMessage(), cause);
    }

    /** The secret, or this exception if it is not there. */
    static String revealed(Secret secret) {
        try {
            return secret.reveal();
        } catch (IllegalStateException e) {
            throw new SecretMissingException(e);
        }
    }
}
