package io.millrace.sinks.jdbc.dialect;

import java.sql.SQLException;

/**
 * Work that gives a result.
 *
 * @param <S> what it works on: a connection, or the current row of a result set
 */
@FunctionalInterface
public interface SqlFunction<S, T> {
    T apply(S source) throws SQLException;
}
