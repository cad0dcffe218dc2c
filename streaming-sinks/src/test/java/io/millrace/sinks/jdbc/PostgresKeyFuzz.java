package io.millrace.sinks.jdbc;

import io.millrace.core.internal.spark.ScalaCollections;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.collection.Seq;

/** Every kind of key that PostgreSQL has and the sinks accept. */
public final class PostgresKeyFuzz implements KeyFuzzServer {
    private static final String[] SETUP = {
        "DROP TABLE IF EXISTS fuzzed, expected",
        "DROP SCHEMA IF EXISTS fuzz CASCADE",
        "CREATE SCHEMA fuzz",
        "CREATE EXTENSION IF NOT EXISTS citext",
        "CREATE EXTENSION IF NOT EXISTS hstore",
        "CREATE EXTENSION IF NOT EXISTS ltree",
        "CREATE COLLATION fuzz.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
        "CREATE COLLATION fuzz.any_accent (provider = icu, locale = 'und-u-ks-level1', deterministic = false)",
        "CREATE COLLATION fuzz.by_number (provider = icu, locale = 'und-u-kn-true', deterministic = false)",
        "CREATE DOMAIN fuzz.price AS numeric(10,2)",
        "CREATE DOMAIN fuzz.cheap AS fuzz.price CHECK (VALUE < 1e6)",
        "CREATE DOMAIN fuzz.code AS varchar(3)",
        "CREATE DOMAIN fuzz.name AS fuzz.code COLLATE fuzz.any_case",
        "CREATE DOMAIN fuzz.address AS citext",
        "CREATE DOMAIN fuzz.number AS int",
        "CREATE DOMAIN fuzz.count AS fuzz.number",
        "CREATE TYPE fuzz.mood AS ENUM ('glad', 'sad')",
        "CREATE TYPE fuzz.pair AS (a int, b numeric(5,2))",
        "CREATE FUNCTION fuzz.each(statements text[]) RETURNS void LANGUAGE plpgsql AS $$ DECLARE one text; BEGIN"
                + " FOREACH one IN ARRAY statements LOOP EXECUTE one; END LOOP; END $$"
    };

    private final Database database;
    private final boolean nullsNotDistinct;

    /** The fuzz fills and empties tables of this server. */
    public PostgresKeyFuzz(Database database) throws SQLException {
        this.database = database;
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            for (String sql : SETUP) {
                statement.execute(sql);
            }
            try (ResultSet found = statement.executeQuery("SHOW server_version_num")) {
                found.next();
                nullsNotDistinct = found.getInt(1) >= 150_000;
            }
        }
    }

    @Override
    public Database database() {
        return database;
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = Pools.of(database).getConnection();
        connection.setAutoCommit(true);
        return connection;
    }

    @Override
    public List<List<KeyFuzzType>> keys() {
        return PostgresKeyFuzzKeys.all(nullsNotDistinct);
    }

    @Override
    public void createTables(List<KeyFuzzType> key) throws SQLException {
        boolean nullable = key.get(0).family().equals("null");
        StringJoiner columns = new StringJoiner(", ");
        StringJoiner index = new StringJoiner(", ");
        for (int part = 0; part < key.size(); part++) {
            columns.add("k" + part + " " + key.get(part).column() + (nullable ? "" : " NOT NULL"));
            index.add("k" + part + " " + key.get(part).index());
        }
        String values = " (" + columns + ", v bigint, a varchar(20), b int)";
        String unique = " (" + index + ")" + (nullable ? " NULLS NOT DISTINCT" : "");
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS fuzzed, expected; CREATE TABLE fuzzed" + values
                    + "; CREATE TABLE expected" + values
                    + "; ALTER TABLE expected ADD gone boolean NOT NULL DEFAULT false"
                    + "; CREATE UNIQUE INDEX ON fuzzed" + unique + "; CREATE UNIQUE INDEX ON expected" + unique);
        }
    }

    @Override
    public String insert(KeyFuzzVerb verb, List<KeyFuzzType> key, Row row) {
        String names = String.join(", ", KeyFuzz.names(key));
        String literals = IntStream.range(0, key.size() + 3)
                .mapToObj(index -> literal(row.get(index)))
                .collect(Collectors.joining(", "));
        boolean gone = verb.deleting() && !row.isNullAt(key.size() + 3) && row.getBoolean(key.size() + 3);
        String insert = "INSERT INTO expected (" + names + ", v, a, b, gone) VALUES (" + literals + ", " + gone
                + ") ON CONFLICT (" + names + ") DO ";
        if (verb.insertOnly()) {
            return insert + "NOTHING";
        }
        StringJoiner updates = new StringJoiner(", ");
        updates.add("gone = EXCLUDED.gone");
        for (String name : KeyFuzz.names(key)) {
            updates.add(value(name, "expected." + name));
        }
        for (String name : List.of("v", "a", "b")) {
            updates.add(value(name, updated(verb, name)));
        }
        return insert + "UPDATE SET " + updates
                + (verb.versioned() ? " WHERE expected.v IS NULL OR expected.v < EXCLUDED.v" : "");
    }

    /** A row that is gone leaves no old values. */
    private static String value(String name, String otherwise) {
        return name + " = CASE WHEN expected.gone OR EXCLUDED.gone THEN EXCLUDED." + name + " ELSE " + otherwise
                + " END";
    }

    private static String updated(KeyFuzzVerb verb, String name) {
        if (verb.updating() && !name.equals("b") && !(verb.versioned() && name.equals("v"))) {
            return "expected." + name;
        }
        return verb.keeping() ? "COALESCE(EXCLUDED." + name + ", expected." + name + ")" : "EXCLUDED." + name;
    }

    private static String literal(@Nullable Object value) {
        return value == null ? "NULL" : "'" + text(value).replace("'", "''") + "'";
    }

    private static String text(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof byte[] bytes) {
            return "\\x" + HexFormat.of().formatHex(bytes);
        }
        if (value instanceof Seq<?> elements) {
            return ScalaCollections.list(elements).stream()
                    .map(element -> element == null ? "NULL" : '"' + text(element) + '"')
                    .collect(Collectors.joining(",", "{", "}"));
        }
        return value.toString();
    }

    @Override
    public void execute(Connection connection, List<String> statements) throws SQLException {
        try (PreparedStatement each = connection.prepareStatement("SELECT fuzz.each(?)")) {
            each.setArray(1, connection.createArrayOf("text", statements.toArray()));
            each.execute();
        }
    }
}
