package io.millrace.sinks.jdbc.dialect;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs single statements in the caller's transaction. */
public final class Sql {
    private Sql() {}

    public static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns the rows of a query in its order; {@code reader} reads the current row. */
    public static <T> List<T> rows(
            Connection connection, String sql, SqlFunction<ResultSet, T> reader, @Nullable Object... parameters)
            throws SQLException {
        List<T> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (int index = 0; index < parameters.length; index++) {
                query.setObject(index + 1, parameters[index]);
            }
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    all.add(reader.apply(rows));
                }
            }
        }
        return all;
    }
}
