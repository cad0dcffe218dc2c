package io.millrace.sinks.jdbc;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings that all JDBC sinks have. */
interface SinkRule {
    /** The call that creates the sink, for messages. */
    String verb();

    /** The columns of the key; empty if rows are appended. */
    List<String> keys();

    /** Where refused rows go; null if such a row fails the query. */
    @Nullable DeadLetterRule deadLetters();

    /** Whether a column of the stream is written. */
    boolean writes(String column);

    /** Whether a known key gets the stream's value of a column. */
    boolean updates(String column);
}
