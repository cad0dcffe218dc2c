package io.millrace.sinks.jdbc.dialect;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Finds rows of a table by their keys, which the server compares. The values of a key are objects of Java: a
 * {@code String}, a {@code Long}, a {@code BigDecimal}, a {@code LocalDate}, a {@code Boolean} or a {@code byte[]}.
 */
public interface LookupSql extends Serializable {
    /** The key columns. */
    List<LookupKey> keys();

    /** Whether the server can compare this key; if not, no row has it. */
    boolean takes(List<Object> key);

    /** The query for these keys. The first column of its rows is the index of the key, then come the columns. */
    PreparedStatement query(Connection connection, List<List<Object>> keys) throws SQLException;

    /** The query for the whole table: the columns, then the keys. */
    String wholeTable();

    /**
     * Converts values of a key, asked for or held, so that Java's {@code equals} agrees with the server; empty if only
     * the server can compare them.
     */
    Optional<UnaryOperator<Object>> form(int key);
}
