package io.millrace.sinks.jdbc;

import io.millrace.sinks.jdbc.dialect.Refusal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** Rows that the table may refuse, numbered from zero in their order of arrival. */
interface NumberedRows {
    long count();

    /** The number of rows that can be sent. */
    long valid();

    /** Merges a range of rows, or throws. */
    void merge(Connection connection, long from, long to) throws SQLException;

    /** Whether the server can merge the rows one by one, with {@link #oneByOne}. */
    boolean isOnServer(Connection connection) throws SQLException;

    /** Merges each row that the table accepts, and returns the refusals of the others. */
    List<Refusal> oneByOne(Connection connection, long from, long to) throws SQLException;

    /** Runs the merge without rows: if it fails, no row is at fault. */
    void nothing(Connection connection) throws SQLException;

    /** Whether a refused row may be retried after all others, since no later row of its key was merged. */
    boolean mayComeLate(long number, Set<Long> refused);

    /** Throws if there are too many refusals. */
    default void check(List<Refusal> refusals) {}
}
