package io.millrace.sinks.jdbc;

import io.millrace.core.DeadLetterSink;
import java.io.IOException;
import java.io.Serial;
import java.sql.SQLException;

/**
 * Dead letters may not have reached the sink that takes them: the transaction is rolled back and tried again, as if its
 * own server had failed. Not an error of the database, so that nothing but {@link Retries} may ask for its kind.
 */
final class LettersNotSentException extends SQLException {
    @Serial
    private static final long serialVersionUID = 1L;

    LettersNotSentException(DeadLetterSink.Sender sender, IOException reason) {
        super("dead letters did not reach " + sender + " (" + reason.getMessage() + ")");
    }
}
