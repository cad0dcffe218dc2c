package io.millrace.core;

import io.millrace.core.internal.Arguments;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A sink that also takes the rows that the target of another sink refuses, one by one and at least once, such as a
 * topic of Kafka beside a table.
 *
 * <pre>{@code
 * Sinks.jdbc(database).table("hits").upsertOn("id").deadLettersTo(Sinks.kafka("localhost:9092").topic("refused"))
 * }</pre>
 */
public interface DeadLetterSink {
    /**
     * What takes the letters in the tasks.
     *
     * @throws IllegalArgumentException if the sink was told to make something else of its records
     */
    Sender sender();

    /**
     * Sends letters, from any thread of the driver and of executors. Two are equal if they send to the same place with
     * the same settings; {@code toString} names the place, without secrets.
     */
    interface Sender extends Serializable {
        /** Why letters could not be sent, before anything starts. */
        List<Problem> check();

        /**
         * Returns when all {@code letters} are stored for good. The caller then commits the rows that they are not
         * among; if it fails before that, it sends them again.
         *
         * @throws IOException if they may not be stored and another attempt may help. Neither its message nor that of
         *     any other exception has parts of a letter, or a secret.
         */
        void send(List<Letter> letters) throws IOException;
    }

    /**
     * A refused row.
     *
     * @param key the columns of its key as JSON; empty if rows have no key
     * @param value the row as JSON
     * @param headers why it was refused, and by what
     */
    record Letter(Optional<String> key, String value, Map<String, String> headers) {
        /** Copies {@code headers}. */
        public Letter {
            Arguments.notNull("Letter(key, value, headers)", key, value, headers);
            headers = Map.copyOf(headers);
        }

        /** Shows nothing of the row. */
        @Override
        public String toString() {
            return "a dead letter";
        }
    }
}
