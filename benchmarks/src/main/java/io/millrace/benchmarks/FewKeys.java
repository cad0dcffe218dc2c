package io.millrace.benchmarks;

import io.millrace.sinks.jdbc.Database;
import io.millrace.sinks.jdbc.KeyFuzzServer;
import io.millrace.sinks.jdbc.KeyFuzzType;
import io.millrace.sinks.jdbc.KeyFuzzVerb;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;

/** A server with a small sample of its kinds of keys. */
record FewKeys(KeyFuzzServer server) implements KeyFuzzServer {
    private static final int INTERVAL = 20;

    @Override
    public List<List<KeyFuzzType>> keys() {
        List<List<KeyFuzzType>> keys = server.keys();
        return IntStream.range(0, keys.size())
                .filter(kind -> kind % INTERVAL == 0)
                .mapToObj(keys::get)
                .toList();
    }

    @Override
    public Database database() {
        return server.database();
    }

    @Override
    public Connection connect() throws SQLException {
        return server.connect();
    }

    @Override
    public void createTables(List<KeyFuzzType> key) throws SQLException {
        server.createTables(key);
    }

    @Override
    public String insert(KeyFuzzVerb verb, List<KeyFuzzType> key, Row row) {
        return server.insert(verb, key, row);
    }

    @Override
    public void execute(Connection connection, List<String> statements) throws SQLException {
        server.execute(connection, statements);
    }
}
