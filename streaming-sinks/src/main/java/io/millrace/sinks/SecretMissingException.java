package io.millrace.sinks;

import java.io.Serial;

/** The password is not to be found where the user said. */
final class SecretMissingException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    SecretMissingException(IllegalStateException cause) {
        super(cause.getMessage(), cause);
    }
}
