package io.millrace.sinks.jdbc;

import java.util.ArrayList;
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

    /** Whether the table is created before the start if it is missing. */
    boolean createsTable();

    /** Whether columns that the table does not have are added before the start. */
    boolean addsColumns();

    /** Whether a column of the stream is written. */
    boolean writes(String column);

    /** The calls that let the sink change the shape of its table. */
    default List<String> describedShape() {
        List<String> calls = new ArrayList<>();
        if (createsTable()) {
            calls.add("creatingTable()");
        }
        if (addsColumns()) {
            calls.add("addingColumns()");
        }
        return calls;
    }

    /** Whether a known key gets the stream's value of a column. */
    boolean updates(String column);
}
