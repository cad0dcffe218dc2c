package io.millrace.sinks.jdbc.dialect;

import java.sql.SQLException;

/**
 * A function that may fail with an error of the database.
 *
 * @param <S> the type of its argument: a connection, or a result set at its current row
 */
@FunctionalInterface
public interface SqlFunction<S, T> {
    T apply(S source) throws SQLException;
}
