package io.millrace.sinks.jdbc;

import io.millrace.core.Secret;
import io.millrace.core.internal.ClassifiedFailure;
import io.millrace.core.internal.FailureKind;
import java.io.Serial;

/** Thrown if the password is not where the user said. */
final class SecretMissingException extends IllegalStateException implements ClassifiedFailure {
    @Serial
    private static final long serialVersionUID = 1L;

    SecretMissingException(IllegalStateException cause) {
        super(cause.getMessage(), cause);
    }

    @Override
    public FailureKind kind() {
        return FailureKind.LOGIN_REFUSED;
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
