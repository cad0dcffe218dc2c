package io.millrace.sinks;

import java.util.Optional;

/**
 * The greatest size of a record that a producer and a topic take.
 *
 * @param setting the option that sets the producer's
 * @param ofTopic the topic's, as its brokers said; empty if it is not known
 */
record RecordLimit(String setting, long bytes, Optional<Long> ofTopic) {
    RecordLimit withTopic(Optional<Long> limit) {
        return new RecordLimit(setting, bytes, limit);
    }
}
